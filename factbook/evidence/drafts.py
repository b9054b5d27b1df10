"""Drafts of facts: facts without their numbers in a section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from factbook.data.series import Place, SourceRows
from factbook.evidence.derivation import Derivation
from factbook.evidence.facts import SAME_CATEGORIES, SAME_MEMBERS, Fact, Kind, Role
from factbook.evidence.panels import Quantity


class Draft(NamedTuple):
    """A fact without its number, as `Fact` has its fields after `id`."""

    place: str
    subject: str
    metric: str
    period: str
    value: float
    unit: str
    kind: Kind
    role: Role
    table: str
    derivation: Derivation
    sources: tuple[SourceRows, ...]
    among: int | None = None
    scenario: str = ""
    status: str = ""


def numbered(drafts: Sequence[Draft], numbers: Iterable[int] = ()) -> tuple[Fact, ...]:
    """Drafts as the facts of a section.

    Args:
        drafts: The drafts.
        numbers: Their numbers; 1, 2 … where none are given.
    """
    ids = [f"F{number}" for number in numbers or range(1, len(drafts) + 1)]
    return tuple(map(Fact, ids, *zip(*drafts, strict=True)))


def unnumbered(fact: Fact) -> Draft:
    """A fact without its number."""
    return Draft(*(getattr(fact, name) for name in Draft._fields))


def like_for_like(change: Draft, place: Place) -> Draft:
    """A change of what both periods have, under a name of its own: it is no change of the whole."""
    what = SAME_MEMBERS if place.kind == "region" else SAME_CATEGORIES
    plain = change.metric.removesuffix(f" {change.kind}")
    return change._replace(metric=f"{plain}{what} {change.kind}")


def draft(
    quantity: Quantity,
    place: str,
    period: str,
    value: float,
    *,
    derivation: Derivation,
    sources: tuple[SourceRows, ...],
    kind: Kind = "value",
    role: Role = "place",
    unit: str | None = None,
    among: int | None = None,
    status: str = "",
) -> Draft:
    """A draft about a quantity; its kind says what its metric ends with.

    Args:
        quantity: The quantity.
        place: Name of the place.
        period: The period.
        value: The number.
        derivation: How it came about.
        sources: The rows it comes from.
        kind: What it is; a value that is a sum becomes a ``total``.
        role: Whose number it is.
        unit: Its unit; None for that of the quantity.
        among: For a rank, among how many places.
        status: Its flags.
    """
    is_value = kind == "value"
    return Draft(
        place=place,
        subject=quantity.subject,
        metric=quantity.metric if is_value else f"{quantity.metric} {kind}",
        period=period,
        value=value,
        unit=quantity.unit if unit is None else unit,
        kind="total" if is_value and derivation.is_sum else kind,
        role=role,
        table=quantity.table,
        derivation=derivation,
        sources=sources,
        among=among,
        scenario=quantity.scenario,
        status=status,
    )
