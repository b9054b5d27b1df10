"""Kinds of places: what each knows of names, codes and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from factbook.names import name_key


@dataclass(frozen=True, slots=True)
class Noun:
    """What a place of a kind is called: ``state``, ``states``, and the form of its code."""

    one: str
    many: str
    code: str


class Atlas(Protocol):
    """The places of one kind: names are compared whole, with the places of this kind alone."""

    @property
    def noun(self) -> Noun:
        """What a place is called."""

    @property
    def names(self) -> Mapping[str, str]:
        """Code → name, of all places known so far."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of all groups whose members are known."""

    def members(self, group: str) -> tuple[str, ...] | None:
        """Codes of a group's members, or None when there is no such group."""

    def code(self, name: str) -> str | None:
        """Code of the place that a name, alias or code denotes, or None."""

    def is_aggregate(self, name: str) -> bool:
        """Whether a name denotes several places, whose rows are left out."""


_TOTALS = frozenset(("total", "totals", "all", "sum", "overall", "grand total", "all places"))


def is_sum_of_places(name: str) -> bool:
    """Whether a name in a column of places is that of their sum, whatever their kind."""
    return name_key(name) in _TOTALS
