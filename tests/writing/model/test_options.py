"""The tokens of models and of requests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factbook.llm.contexts import CAREFUL_CONTEXT_TOKENS, context_tokens_of
from factbook.writing.model.options import MOST_TOKENS, PassOptions, room_for


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("gpt-5", 272_000),
        ("gpt-5-mini-2025-08-07", 272_000),
        ("openai/GPT-4o-mini", 128_000),
        ("gpt-4.1-nano", 1_047_576),
        ("gpt-4-0613", 8_192),
        ("gpt-4-turbo-preview", 128_000),
        ("o1-mini", 128_000),
        ("o1", 200_000),
        ("SmolLM2-135M-Instruct", 8_192),
        ("a model of our own", CAREFUL_CONTEXT_TOKENS),
    ],
)
def test_context_is_known_by_name(model: str, tokens: int) -> None:
    """The longest beginning counts; what is not known gets a careful default."""
    assert context_tokens_of(model) == tokens


def test_configured_context_counts_before_the_table() -> None:
    """A server may take less than its model could."""
    room = room_for("gpt-5", 600, PassOptions(context_tokens=4_096, reasoning_tokens=0))
    assert room.max_tokens == 600
    assert room.prompt_tokens == 4_096 - 600 - 409


def test_completion_has_room_for_reasoning() -> None:
    """Models that reason spend tokens before they write."""
    assert room_for("gpt-5", 600, PassOptions()).max_tokens == 4_600
    assert room_for("gpt-5", 600, PassOptions(reasoning_tokens=0)).max_tokens == 600


def test_completion_is_capped() -> None:
    """A guideline that asks for a book does not get one."""
    assert room_for("gpt-5", 900_000, PassOptions()).max_tokens == MOST_TOKENS == 16_000


@given(st.integers(1, 400_000), st.integers(1, 100_000), st.integers(0, 10_000))
@settings(deadline=None)
def test_prompt_completion_and_margin_are_never_more_than_the_context(
    context: int, answer: int, reasoning: int
) -> None:
    """And a completion has a token at least."""
    options = PassOptions(context_tokens=context, reasoning_tokens=reasoning)
    room = room_for("any", answer, options)
    assert 1 <= room.max_tokens <= max(1, context // 2)
    assert room.prompt_tokens == 0 or room.prompt_tokens + room.max_tokens < context
