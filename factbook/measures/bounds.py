"""Between which numbers the figures of a measure can lie (``bounds.toml``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from factbook.measures.measure import UNBOUNDED, Bounds
from factbook.measures.names import read_name
from factbook.measures.tables import read_table
from factbook.measures.units import Unit


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the table, and the figures that it is about."""

    bounds: Bounds
    names: Sequence[str] = field(default=())
    others: Sequence[str] = field(default=())
    units: Sequence[str] = field(default=())
    quantities: Sequence[str] = field(default=())
    is_share: bool = False

    def is_about(self, name: str, unit: str, read: Unit) -> bool:
        words = read_name(name)
        quantity = read.quantity
        if self.is_share and (quantity is None or not quantity.share or "point" in unit.casefold()):
            return False
        if self.quantities and (
            quantity is None or read.is_ratio or quantity.name not in self.quantities
        ):
            return False
        if self.units and unit.casefold().strip(" ()") not in self.units:
            return False
        if self.names and not any(words.has(word) for word in self.names):
            return False
        return not any(words.has(word) for word in self.others)


def known_bounds(name: str, unit: str, read: Unit) -> Bounds:
    """The bounds of a measure by its name and unit; the first entry that is about it counts.

    Args:
        name: As the data call it.
        unit: As it is written: in the data, or in the name's parentheses.
        read: What is known of the unit.
    """
    return next((one.bounds for one in _entries() if one.is_about(name, unit, read)), UNBOUNDED)


@cache
def _entries() -> tuple[_Entry, ...]:
    return tuple(map(_entry, read_table("bounds.toml")["bounds"]))


def _entry(table: Mapping[str, Any]) -> _Entry:
    return _Entry(
        bounds=Bounds(table.get("minimum"), table.get("maximum"), table["what"]),
        names=table.get("names", ()),
        others=table.get("not", ()),
        units=table.get("units", ()),
        quantities=table.get("quantities", ()),
        is_share=table.get("share", False),
    )
