"""Tables of months, quarters and other parts of years: a row a period, a column a subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from factbook.data.period_texts import period_of
from factbook.data.period_words import period_head, span_head
from factbook.evidence.facts import Fact
from factbook.evidence.figures import row_of
from factbook.report.blocks import Table
from factbook.report.cells import caveat, cell, decimals_of, label_of

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


def part_table(facts: Sequence[Fact], unit: str, place: str, source: str) -> Table:
    """The values in order of time, and below them changes, years to date and shares.

    Args:
        facts: Facts of one unit and length of periods.
        unit: The unit of the values.
        place: Name of the place.
        source: Name of the source.
    """
    metrics = list(dict.fromkeys(fact.plain_metric for fact in facts))
    heads = {row_of(fact): label_of(fact, of_metric=len(metrics) > 1) for fact in facts}
    lines: dict[Line, dict[tuple[str, ...], Fact]] = {}
    for fact in facts:
        line = (fact.measured_kind, fact.period, fact.unit)
        lines.setdefault(line, {}).setdefault(row_of(fact), fact)
    decimals = _decimals(lines)
    return Table(
        caption=f"{metrics[0] if len(metrics) == 1 else 'Main figures'}, {place}, {unit}",
        columns=("", *heads.values()),
        rows=tuple(
            (
                _head(next(iter(lines[line].values()))),
                *(cell(lines[line].get(key), decimals.get((_sort(line), key), 0)) for key in heads),
            )
            for line in _in_order(lines)
        ),
        numeric=(False, *(True for _ in heads)),
        note=f"Source: {source}{caveat(facts)}",
    )


def _in_order(lines: Mapping[Line, object]) -> Iterator[Line]:
    """Values by period, then what is derived, the latest of a kind last; one line of shares."""
    yield from sorted(line for line in lines if line[0] == "value")
    for kind in _ORDER:
        found = sorted(line for line in lines if line[0] == kind)
        yield from found[-1:] if kind == "share of category" else found


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


def _head(fact: Fact) -> str:
    """The head of a row: its period, and what is told of it."""
    match fact.kind:
        case "change" | "relative change":
            return f"Change on {_shown(fact.period.split(EN_DASH)[0])}, {fact.unit}"
        case "year to date relative change":
            bases = [operand.period for operand in fact.derivation.operands[1:]]
            on = f"on {_shown(bases[0])}" if bases else f"in {_shown(fact.period)}"
            return f"Change {on}, {fact.unit}"
        case "share of category":
            return f"Share {_shown(fact.period)}, {fact.unit}"
        case _:
            return _shown(fact.period)


def _shown(period: str) -> str:
    """A fact's period, or the span of a year to date, as a head."""
    first, *others = (period_of(text) for text in period.split(EN_DASH))
    return span_head(first, others[-1]) if others else period_head(first)
