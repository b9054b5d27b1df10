"""What figures are sums of: only figures over the same parts may be set against each other."""

from __future__ import annotations

import re

from factbook.evidence.facts import Fact

_NOTE = re.compile(
    r"^(?:(?:first|last) period with a value|(?:second |third )?(?:largest|smallest) of \d+ .*)$"
)
_OF_PARTS = re.compile(r"\bsum of |\bmembers?\b|^no value for |^the data's own rows? for ")
_LIKE_FOR_LIKE = "only what has a value in both periods"
_INCOMPLETE = "no value for "


def parts(fact: Fact) -> tuple[str, ...]:
    """What a value adds up, as its derivation says; empty for a value that is no sum."""
    pieces = tuple(p for p in fact.derivation.split("; ") if not _NOTE.match(p))
    return pieces if any(map(_OF_PARTS.search, pieces)) else ()


def same_parts(one: Fact, other: Fact) -> bool:
    """Whether two values add up the same parts, as far as their derivations tell."""
    return parts(one) == parts(other)


def is_incomplete(fact: Fact) -> bool:
    """Whether a value leaves out parts that have no value."""
    return any(piece.startswith(_INCOMPLETE) for piece in parts(fact))


def is_like_for_like(change: Fact | None) -> bool:
    """Whether a change leaves out what has no value in one of its two periods."""
    return change is not None and _LIKE_FOR_LIKE in change.derivation
