"""Breakdowns of a table whose dimensions are read member by member: what holds what, by name.

Of a table by sex and age "women, 15-64" is a part of "women" and of "15-64", and these are parts of
the total, whatever the figures are: no search by value, which roundings can mislead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from factbook.data.categories.aggregate_names import TOTAL

Members = tuple[str, ...]
"""The member of each dimension; an empty text for the whole of it."""


class Breakdown(NamedTuple):
    """A category and what one dimension divides it into.

    Attributes:
        whole: The category; that of all wholes is ``-`` where the data lack it.
        parts: Categories of the data.
    """

    whole: str
    parts: tuple[str, ...]


def breakdowns(labels: Collection[str], members: Mapping[str, Members]) -> tuple[Breakdown, ...]:
    """The breakdowns of some categories, the lowest first.

    Args:
        labels: The categories.
        members: Category → its members, of a table whose dimensions are read member by member.
    """
    named = {members[label]: label for label in labels if label in members}
    if not named:
        return ()
    return _Lattice(named).breakdowns(("",) * len(next(iter(named))))


def with_total(members: Mapping[str, Members]) -> Mapping[str, Members]:
    """The same with the total as tables call it, ``-``: the whole of every dimension."""
    every = next(iter(members.values()), ())
    return {**members, TOTAL: ("",) * len(every)} if members else members


def is_beside(first: Members, second: Members) -> bool:
    """Whether two categories differ in one dimension alone, in which neither is the whole."""
    differing = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and all(differing[0])


class _Lattice:
    """All members of the data, and what is above them.

    Args:
        named: Members → category of the data.
    """

    def __init__(self, named: Mapping[Members, str]) -> None:
        self._named = named
        self._below: dict[tuple[Members, int], dict[str, None]] = {}
        for members in named:
            for above in _above(members):
                for at, (own, member) in enumerate(zip(above, members, strict=True)):
                    if member and not own:
                        self._below.setdefault((above, at), {})[member] = None

    def breakdowns(self, root: Members) -> tuple[Breakdown, ...]:
        wholes = sorted({root, *self._named}, key=lambda members: members.count(""))
        found: dict[Breakdown, None] = {}
        for whole in wholes:
            name = self._named.get(whole, TOTAL)
            for at in range(len(whole)):
                parts = tuple(dict.fromkeys(self._parts(whole, at)))
                if parts:
                    found[Breakdown(name, parts)] = None
        return tuple(found)

    def _parts(self, whole: Members, at: int) -> Iterator[str]:
        """What a dimension divides a category into; what the data lack, into its own parts."""
        for member in self._below.get((whole, at), ()):
            part = (*whole[:at], member, *whole[at + 1 :])
            if part in self._named:
                yield self._named[part]
            else:
                under = (one for one in range(len(part)) if (part, one) in self._below)
                yield from self._parts(part, next(under))


def _above(members: Members) -> Iterator[Members]:
    """Members with any of them replaced by the whole, themselves included."""
    if not members:
        yield ()
        return
    for rest in _above(members[1:]):
        yield (members[0], *rest)
        if members[0]:
            yield ("", *rest)
