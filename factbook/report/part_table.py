"""Tables of months, quarters and other parts of years: a row a period, a column a subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from factbook.data.periods.period_texts import period_of
from factbook.data.periods.period_words import period_head, span_head
from factbook.data.periods.periods import Period
from factbook.evidence.facts import Fact
from factbook.evidence.figures import MOST_PARTS, row_of
from factbook.evidence.panels import NAME_OF_TOTAL
from factbook.report.blocks import Table
from factbook.report.cells import caption_of, caveat, cell, decimals_of, label_of, legend

EN_DASH = "\N{EN DASH}"
MOST_SUBJECTS = 6
"""Most columns of figures beside the periods; more of them are divided evenly."""

_ORDER = (
    *("change", "relative change", "year to date", "year to date relative change"),
    "share of category",
)

Line = tuple[str, str, str]
"""Kind, period and unit of the figures in a row."""

Sort = tuple[str, str]
"""Kind and unit."""


def by_subjects(facts: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    """The facts of so many subjects as fit beside each other, as often as there are more."""
    subjects = list(dict.fromkeys(map(row_of, facts)))
    tables = -(-len(subjects) // MOST_SUBJECTS)
    size = -(-len(subjects) // tables) if tables else 1
    for start in range(0, len(subjects), size):
        shown = set(subjects[start : start + size])
        yield [fact for fact in facts if row_of(fact) in shown]


def part_table(
    facts: Sequence[Fact],
    unit: str,
    place: str,
    source: str,
    flags: Mapping[str, str] | None = None,
) -> Table:
    """The values in order of time, and below them changes, years to date and shares.

    Args:
        facts: Facts of one unit and length of periods.
        unit: The unit of the values.
        place: Name of the place.
        source: Name of the source.
        flags: Flag → its meaning, for the legend.
    """
    metrics = list(dict.fromkeys(fact.plain_metric for fact in facts))
    heads = _heads(facts, of_metric=len(metrics) > 1)
    lines: dict[Line, dict[tuple[str, ...], Fact]] = {}
    for fact in facts:
        line = (fact.measured_kind, fact.period, fact.unit)
        lines.setdefault(line, {}).setdefault(row_of(fact), fact)
    decimals = _decimals(lines)
    order = list(_in_order(lines))
    shown = [fact for line in order for fact in lines.get(line, {}).values()]
    return Table(
        caption=caption_of(metrics[0] if len(metrics) == 1 else "Main figures", place, unit),
        columns=("", *heads.values()),
        rows=tuple(
            (
                _head(line, lines.get(line, {}).values()),
                *(
                    cell(lines.get(line, {}).get(key), decimals.get((_sort(line), key), 0))
                    for key in heads
                ),
            )
            for line in order
        ),
        numeric=(False, *(True for _ in heads)),
        note=f"Source: {source}{caveat(facts)}{legend(shown, flags or {})}",
    )


def _heads(facts: Sequence[Fact], *, of_metric: bool) -> dict[tuple[str, ...], str]:
    """The heads of the columns; of totals of several properties the property alone."""
    if of_metric and all(fact.subject == NAME_OF_TOTAL and not fact.scenario for fact in facts):
        return {row_of(fact): fact.plain_metric for fact in facts}
    return {row_of(fact): label_of(fact, of_metric=of_metric) for fact in facts}


def _in_order(lines: Mapping[Line, object]) -> Iterator[Line]:
    """Values by period, then what is derived, the latest of a kind last; one line of shares.

    A part of a year without any value has a line too: a gap must not look like a neighbour.
    """
    yield from _consecutive(sorted(line for line in lines if line[0] == "value"))
    for kind in _ORDER:
        found = sorted(line for line in lines if line[0] == kind)
        yield from found[-1:] if kind == "share of category" else found


def _consecutive(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines of values with those between them, where these are as few as a table may show."""
    if not lines:
        return
    first, last = (period_of(line[1]) for line in (lines[0], lines[-1]))
    units = list(dict.fromkeys(line[2] for line in lines))
    most = MOST_PARTS.get(first.frequency, 1)
    if len(units) > 1 or last.ordinal - first.ordinal >= most:
        yield from lines
        return
    for ordinal in range(first.ordinal, last.ordinal + 1):
        yield "value", Period(first.frequency, ordinal).text, units[0]


def _decimals(
    lines: Mapping[Line, Mapping[tuple[str, ...], Fact]],
) -> dict[tuple[Sort, tuple[str, ...]], int]:
    """Decimals of each sort of figures in each column: a sum of months is larger than they are."""
    values: dict[tuple[Sort, tuple[str, ...]], list[float]] = {}
    for line, cells in lines.items():
        for key, fact in cells.items():
            values.setdefault((_sort(line), key), []).append(fact.value)
    return {at: decimals_of(found, at[0][1]) for at, found in values.items()}


def _sort(line: Line) -> Sort:
    return line[0], line[2]


def _head(line: Line, facts: Iterable[Fact]) -> str:
    """The head of a row: its period, and what is told of it."""
    kind, period, unit = line
    match kind:
        case "change" | "relative change":
            return f"Change on {_shown(period.split(EN_DASH)[0])}, {unit}".removesuffix(", ")
        case "year to date relative change":
            operands = next(iter(facts)).derivation.operands
            on = f"on {_shown(operands[1].period)}" if operands else f"in {_shown(period)}"
            return f"Change {on}, {unit}"
        case "share of category":
            return f"Share {_shown(period)}, {unit}"
        case _:
            return _shown(period)


def _shown(period: str) -> str:
    """A fact's period, or the span of a year to date, as a head."""
    first, *others = (period_of(text) for text in period.split(EN_DASH))
    return span_head(first, others[-1]) if others else period_head(first)
