"""Tokens of a text without a tokenizer's file: an estimate, and a bound that is never passed."""

from __future__ import annotations

import re
from functools import lru_cache

import orjson

from factbook.llm.chat import ChatRequest

MESSAGE_TOKENS = 4
"""What a message costs beside its text: its role, its begin and its end."""

_PIECE = re.compile(r"\d{1,3}|[^\W\d_]+|[^\w\s]{1,3}|_+|\n")
_WORD_BYTES = 6  # UTF-8 bytes of a word that one token carries
_LONG_WORD = re.compile(r"[^\W\d_]{7,}")  # of ASCII letters, with more than one token
_HEAVY_WORD = re.compile(r"[^\W\d_]{7,}|[A-Za-z]*[^\W\d_A-Za-z][^\W\d_]*")  # of any letters


# A prompt is counted when it is cut to its room, and again when its call is paced or forecast,
# while those of all other calls in flight are; what a system says is counted with every prompt.
@lru_cache(maxsize=256)
def count_tokens(text: str) -> int:
    """How many tokens a text has, about.

    A word counts one token for each six bytes begun, three digits one, three punctuation marks
    in a row one, a line's end one. Measured against the tokenizer o200k_base, the estimate is
    1.00 of its count on evidence as CSV, 1.07 to 1.11 on English prose and Markdown, 1.05 on
    Greek and about 0.9 on German; scripts without spaces were not measured. Limits on tokens are
    paced by it; money is bounded by `most_tokens`.
    """
    if text.isascii():
        more = sum((len(word) - 1) // _WORD_BYTES for word in _LONG_WORD.findall(text))
    else:
        more = sum((most_tokens(word) - 1) // _WORD_BYTES for word in _HEAVY_WORD.findall(text))
    return len(_PIECE.findall(text)) + more


def most_tokens(text: str) -> int:
    """More tokens than this a text never has: every token of a byte-level BPE is a byte at least.

    Returns:
        The text's length as UTF-8, in bytes.
    """
    return len(text.encode("utf-8", "surrogatepass"))


def tokens_of(request: ChatRequest) -> int:
    """How many tokens a request's prompt has, about; see `count_tokens`."""
    overhead = MESSAGE_TOKENS * len(request.messages)
    return overhead + sum(count_tokens(text) for text in _texts(request))


def most_tokens_of(request: ChatRequest) -> int:
    """More tokens than this a request's prompt never has, but for what a search adds to it."""
    overhead = MESSAGE_TOKENS * len(request.messages)
    return overhead + sum(most_tokens(text) for text in _texts(request))


def _texts(request: ChatRequest) -> list[str]:
    """What a model reads of a request: its messages, and the schema, which goes into the prompt."""
    texts = [message.content for message in request.messages]
    if request.answer_schema:
        texts.append(orjson.dumps(dict(request.answer_schema.body)).decode())
    return texts
