"""Comparing texts as a reader sees them, without regard to typing and line breaks."""

from __future__ import annotations

import re

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphen, zero-width space, word joiner, byte order mark."""

_ALIKE = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-")
    | {"\u2026": "..."}
)
"""Quotation marks, dashes and minus signs with which programs replace what was typed."""

_BROKEN_AT_HYPHEN = re.compile(r"(?<=\w-) (?=\w)")


def visible(text: str) -> str:
    """A text without invisible characters."""
    return text.translate(_INVISIBLE)


def plain(text: str) -> str:
    """A text on one line, with single spaces for all kinds of blanks."""
    return " ".join(visible(text).split())


def is_retyped(text: str, like: str) -> bool:
    """Whether two texts with the same folded form differ in more than blanks and line ends."""
    return _BROKEN_AT_HYPHEN.sub("", plain(text)) != _BROKEN_AT_HYPHEN.sub("", plain(like))


def folded(text: str) -> str:
    """The folded form of a text, equal for versions that look the same to a reader.

    Blanks, line ends (also after a hyphen), quotation marks, dashes and minus signs may differ.
    """
    return _BROKEN_AT_HYPHEN.sub("", plain(text.translate(_ALIKE)))
