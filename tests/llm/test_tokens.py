"""Tokens without a tokenizer: fixed expectations, and the bound above them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factbook.llm.chat import AnswerSchema, ChatRequest, Message
from factbook.llm.tokens import count_tokens, most_tokens, most_tokens_of, tokens_of


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("   ", 0),
        ("wind", 1),
        ("energy", 1),
        ("Austria", 2),
        ("electricity", 2),
        ("2015", 2),
        ("123456", 2),
        ("…", 1),
        ("....", 2),
        ("snake_case", 3),
        ("a\n\nb", 4),
        ("Στερεά", 2),
        ("F12,AT,Wind,VALUE,2015,1.5,TWh", 17),
        ("Wind gave 1.5 TWh in 2015.", 10),
    ],
)
def test_tokens_of_a_text_are_as_the_rule_counts_them(text: str, tokens: int) -> None:
    """Words by six bytes, digits and marks by three, line ends one each."""
    assert count_tokens(text) == tokens


@given(st.text())
def test_tokens_are_never_more_than_the_bound(text: str) -> None:
    """A token is a byte at least, in the estimate too."""
    assert count_tokens(text) <= most_tokens(text)


def test_bound_is_the_length_in_bytes() -> None:
    """Letters of several bytes count so many; half a surrogate pair stops nothing."""
    assert most_tokens("Größe") == 7
    assert most_tokens("\ud800") == 3


def test_tokens_of_a_request_count_messages_and_schema() -> None:
    """Each message costs four more; the schema is part of the prompt."""
    messages = (Message(role="system", content="wind"), Message(role="user", content="2015"))
    plain = ChatRequest(model="m", messages=messages, max_tokens=10)
    schema = AnswerSchema(name="v", body={"type": "object"})
    structured = plain.model_copy(update={"answer_schema": schema})
    assert tokens_of(plain) == 8 + 1 + 2
    assert most_tokens_of(plain) == 8 + 4 + 4
    assert tokens_of(structured) == tokens_of(plain) + count_tokens('{"type":"object"}')
    assert most_tokens_of(structured) == most_tokens_of(plain) + len('{"type":"object"}')
