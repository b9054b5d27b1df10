"""What a value is made up of: rows of the data, members, categories, and what is missing."""

from __future__ import annotations

from factbook.data.dataset import DataSet
from factbook.data.series import Place
from factbook.data.table import TOTAL
from factbook.evidence.derivation import VALUE, Derivation, Members, Operand, Own
from factbook.evidence.panels import Panel
from factbook.evidence.sums import Value


def makeup(panel: Panel, place: Place, period: str, dataset: DataSet) -> Derivation:
    """How the value of a quantity in a place came about.

    Args:
        panel: The quantity; it has a value there.
        place: A country or the region.
        period: The period.
        dataset: The data.
    """
    value = panel.of(place)[period]
    if panel.weight and place.kind == "region" and place.code not in _codes(value):
        averaged = _of_region(panel, place, period, value)[1]
        return Derivation("mean", members=averaged, weight=panel.weight.quantity.metric)
    own: Own = ""
    members: Members | None = None
    if place.kind == "region":
        own, members = _of_region(panel, place, period, value)
    operands: tuple[Operand, ...] = ()
    missing: tuple[Operand, ...] = ()
    totals_of: tuple[str, ...] = ()
    if panel.quantity.is_sum:
        operands, missing = _summands(panel, place, period, value)
        given = dict.fromkeys(code for code, _, subject in value.parts if subject == TOTAL)
        if place.kind == "country":
            own = "total" if given else ""
        else:
            totals_of = tuple(dataset.known[code].name for code in given if code != place.code)
    is_sum = bool(operands) or (members is not None and members.size > 0)
    holds = () if panel.quantity.is_sum else panel.whole.parts(panel.quantity.components[0][1])
    if not (is_sum or own or totals_of or holds):
        return VALUE
    return Derivation(
        operation="sum" if is_sum else "value",
        operands=operands,
        missing=missing,
        members=members,
        own=own,
        totals_of=totals_of,
        holds=holds,
    )


def _codes(value: Value) -> set[str]:
    """Codes of the places whose rows a value is made of."""
    return {code for code, _, _ in value.parts}


def _of_region(panel: Panel, region: Place, period: str, value: Value) -> tuple[Own, Members]:
    """What the data give of a region's figure, and the members that are added up."""
    codes = _codes(value)
    own: Own = ""
    if region.code in codes:
        is_given = any(c == region.code and s == TOTAL for c, _, s in value.parts)
        own = "rows" if panel.quantity.is_sum and not is_given else "row"
    count = len(codes - {region.code})
    missing = tuple(m.name for m in panel.missing_members(period)) if count else ()
    return own, Members(region.name, count, missing)


def _summands(
    panel: Panel, place: Place, period: str, value: Value
) -> tuple[tuple[Operand, ...], tuple[Operand, ...]]:
    """What a sum adds up, and what of that has no value; nothing where the data give totals."""
    quantity, present = panel.quantity, value.subjects
    if present == {TOTAL}:
        return (), ()
    held = panel.whole.covered(present)
    simple = frozenset(panel.whole.summands)
    # Of a category that others hold, or that holds others, its sum has the one or the others.
    operands = tuple(
        Operand(place.name, subject, metric, period, quantity.unit, None, quantity.scenario)
        for metric, subject in quantity.components
        if subject != TOTAL and (subject in present or (subject in simple and subject not in held))
    )
    missing = tuple(one for one in operands if one.subject not in present and TOTAL not in present)
    return operands, missing
