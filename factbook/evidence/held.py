"""What evidence holds of all that can be derived for a section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from factbook.evidence.drafts import Draft
from factbook.evidence.facts import Extent
from factbook.evidence.questions import Question

LEADING_QUANTITIES = 4
"""For how many quantities of each table, property and unit evidence holds figures of others.

A text of usual length states no more."""


class Derived(NamedTuple):
    """A fact of a section, held or not.

    Attributes:
        question: What it answers.
        draft: The fact, not yet numbered.
        place_in_block: How many quantities of its table, property and unit come before its own.
        is_older: Whether it is a value of a part of a year that is long past.
        is_selected: Whether the sheet selects it: it is about the section's own place, or about
            the region whose figures an entry of the sheet asks for. Others stand beside it.
        is_older: Whether it is the value of a part of a year that is long past.
    """

    question: Question
    draft: Draft
    place_in_block: int
    is_selected: bool
    is_older: bool = False


def held(
    derived: Sequence[Derived], *, most_relevant: int, most: int
) -> tuple[Sequence[int], Extent]:
    """Which facts evidence holds, as positions in their order, and how much that is.

    The most relevant; then what the sheet selects and the figures of others beside the leading
    quantities, those of leading quantities first; months long past come last.

    Args:
        derived: All facts of a section, most relevant first.
        most_relevant: How many of the most relevant are held whatever else is; ranks, of which
            prompts leave out many, are not counted.
        most: How many are held at most, beyond these.
    """
    kept = set(range(_end_of_relevant(derived, most_relevant)))
    further = [
        position
        for position, one in enumerate(derived)
        if position not in kept and (one.is_selected or one.place_in_block < LEADING_QUANTITIES)
    ]
    room = max(most - len(kept), 0)
    extent: Extent = "all" if len(kept) + len(further) == len(derived) else "selected"
    if len(further) > room:
        extent = "part"
        further.sort(key=lambda at: _turn(derived[at]))
    kept.update(further[:room])
    return sorted(kept), extent


def _turn(one: Derived) -> tuple[bool, int]:
    """Sort key of facts for which there may be no room."""
    return one.is_older, one.place_in_block if one.is_selected else 0


def _end_of_relevant(derived: Sequence[Derived], most_relevant: int) -> int:
    """How many facts come up to the last of the most relevant."""
    left = most_relevant
    for position, one in enumerate(derived):
        if left == 0:
            return position
        left -= one.draft.kind != "rank"
    return len(derived)
