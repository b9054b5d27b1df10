"""Years to date: what the parts of a year up to one of them add up to, and a year earlier."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from factbook.data.periods.period_coverage import year_to_date
from factbook.data.periods.period_texts import period_of
from factbook.data.periods.periods import Period
from factbook.data.series import Place, SourceRows
from factbook.data.statuses.flags import Status
from factbook.evidence.comparable import barrier, is_alike
from factbook.evidence.comparison import Comparison, is_growth
from factbook.evidence.derivation import Derivation, Operand
from factbook.evidence.drafts import Draft, draft
from factbook.evidence.panels import Panel
from factbook.evidence.questions import Question
from factbook.evidence.sums import Part, Value, merge_sources, tidy

EN_DASH = "\N{EN DASH}"


class ToDate(NamedTuple):
    """A sum of the parts of a year, from its first on.

    Attributes:
        first, last: The first and the last part.
        value: The sum.
        values: The values that it adds up, of the same members and categories.
        sources: The rows of all of them.
    """

    first: str
    last: str
    value: float
    values: tuple[Value, ...]
    sources: tuple[SourceRows, ...]

    @property
    def period(self) -> str:
        """``2024-01–2024-09``."""
        return f"{self.first}{EN_DASH}{self.last}"

    @property
    def parts(self) -> Collection[Part]:
        """What it adds up in each of its periods."""
        return self.values[0].parts.keys()

    @property
    def statuses(self) -> frozenset[str]:
        """The flags of its values."""
        return frozenset[str]().union(*(value.statuses for value in self.values))


def to_date(panel: Panel, place: Place, periods: Sequence[Period]) -> ToDate | None:
    """The sum of a place's values in consecutive parts of a year.

    None where the measure does not add over time, where there are fewer than two parts, where a
    part has no value, or where the values of the parts add up different members or categories.

    Args:
        panel: The quantity.
        place: The place.
        periods: The parts, in order.
    """
    if len(periods) < 2 or not panel.measure.adds_over_time or panel.weight is not None:
        return None
    held, texts = panel.of(place), [period.text for period in periods]
    if not all(text in held for text in texts):
        return None
    values = tuple(held[text] for text in texts)
    parts = values[0].parts.keys()
    if any(value.parts.keys() != parts for value in values):
        return None
    return ToDate(
        *(texts[0], texts[-1], tidy(sum(value.value for value in values)), values),
        merge_sources(panel.sources(place, text) for text in texts),
    )


def draft_to_date(panel: Panel, question: Question) -> Draft | None:
    """The year to date that a question asks for, or its change on the same part of the year before.

    The change is relative: of measures with a true zero, over the same members and categories, and
    not across a break in the series or to another definition.
    A part that the year before did not have (29 February, week 53) is in the later sum alone.

    Args:
        panel: The quantity.
        question: Of the kind ``year to date`` or ``year to date relative change``; its period is
            the last part.
    """
    place = question.place
    now, before = (to_date(panel, place, parts) for parts in year_to_date(_last(question)))
    if now is None:
        return None
    if question.kind == "year to date":
        operands = tuple(_operand(panel, place, period) for period in (now.first, now.last))
        return draft(
            *(panel.quantity, place.name, now.period, now.value),
            derivation=Derivation("year to date", operands=operands),
            sources=now.sources,
            kind="year to date",
            role=question.role,
            status=panel.dataset.flags.merged(now.statuses),
        )
    if before is None or before.parts != now.parts or not panel.measure.has_true_zero:
        return None
    if not is_growth(Comparison(before.value, now.value)) or not _is_alike(
        panel, place, before, now
    ):
        return None
    status = panel.dataset.flags.merged((*before.statuses, *now.statuses))
    return draft(
        *(panel.quantity, place.name, now.period),
        tidy((now.value - before.value) / before.value * 100),
        derivation=Derivation(
            "year to date relative change",
            operands=tuple(_operand(panel, place, one.period, one.value) for one in (now, before)),
        ),
        sources=(*before.sources, *now.sources),
        kind="year to date relative change",
        role=question.role,
        unit="%",
        status=panel.dataset.flags.without(status, Status.BREAK),  # it lies before the first part
    )


def _is_alike(panel: Panel, place: Place, before: ToDate, now: ToDate) -> bool:
    """Whether no break and no other definition keeps two years to date from being compared."""
    if barrier(panel, place, before.first, now.last) is not None:
        return False
    return is_alike(panel, *before.values, *now.values)


def _last(question: Question) -> Period:
    return period_of(question.period)


def _operand(panel: Panel, place: Place, period: str, value: float | None = None) -> Operand:
    q = panel.quantity
    return Operand(place.name, q.subject, q.metric, period, q.unit, value, q.scenario)
