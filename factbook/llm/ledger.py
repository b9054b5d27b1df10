"""Sums over the journal's events: money spent, rows of ``calls.csv``, totals of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, NamedTuple

from pydantic import PlainSerializer

from factbook.llm.chat import Model
from factbook.llm.journal import ANSWERED, Began, Cached, Ended, Event, RunEnded, Sent

UNKNOWN = "unknown"
"""Outcome of an attempt whose end was not recorded."""

Usd = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class CallRow(NamedTuple):
    """A row of ``calls.csv``: one model call of one run. The fields are in the file's order.

    Attributes:
        section: Section that it was made for.
        pass_: Pass that it was made for.
        model: Name of the model.
        key: Key of the call in the call store.
        cached: Whether the answer was in the call store.
        attempts: Number of attempts.
        prompt_tokens: Tokens of all prompts, where they are known.
        completion_tokens: Tokens of all completions, where they are known.
        cost_usd: Cost of all attempts; one whose cost is not known counts at its bound.
            None when no price of the model is known.
        seconds: Duration of the attempts.
        outcome: Outcome of the last attempt.
    """

    section: str
    pass_: str
    model: str
    key: str
    cached: bool
    attempts: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: Decimal | None
    seconds: float
    outcome: str


class Totals(Model):
    """Totals of several calls.

    Attributes:
        made: Calls that were sent.
        cached: Calls whose answer was in the call store.
        attempts: Attempts of the calls that were sent.
        input_tokens: Tokens of the prompts.
        output_tokens: Tokens of the completions.
        cost_usd: Their cost; an attempt whose cost is not known counts at its bound.
        without_price: Calls that were sent and whose cost is not known at all.
    """

    made: int = 0
    cached: int = 0
    attempts: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Usd = Decimal(0)
    without_price: int = 0


class ReportTotals(Totals):
    """Totals of a report's calls, with parts.

    Attributes:
        unknown_usd: The part of `cost_usd` for attempts whose end was not recorded, such as those
            that a stop cut off: the most that they can have cost.
        by_model: Model → its totals.
        by_pass: Pass → its totals.
    """

    unknown_usd: Usd = Decimal(0)
    by_model: Mapping[str, Totals] = {}
    by_pass: Mapping[str, Totals] = {}


def report_events(events: Sequence[Event]) -> Sequence[Event]:
    """Events of the report that is being written: those after the last run that ended with 0."""
    for position in range(len(events) - 1, -1, -1):
        event = events[position]
        if isinstance(event, RunEnded) and event.exit_code == 0:
            return events[position + 1 :]
    return events


def run_events(events: Sequence[Event]) -> Sequence[Event]:
    """Events of the last run, including those before it was continued under the same id."""
    names = [event.run for event in events if isinstance(event, Began)]
    if not names:
        return events
    found, now = [], ""
    for event in events:
        if isinstance(event, Began):
            now = event.run
        if now == names[-1]:
            found.append(event)
    return found


def spent_usd(events: Iterable[Event]) -> Decimal:
    """Cost of the attempts; one whose cost is not known counts at its bound."""
    return _total(call_rows(events)).cost_usd


def attempt_numbers(events: Iterable[Event]) -> dict[tuple[str, str], int]:
    """(section, pass) → the highest number of an attempt.

    It takes all events of a journal, so that ids of attempts stay unique over runs.
    """
    numbers: Counter[tuple[str, str]] = Counter()
    for event in events:
        if isinstance(event, Sent):
            name = (event.section, event.pass_)
            numbers[name] = max(numbers[name], attempt_number(event.attempt))
    return dict(numbers)


def call_rows(events: Iterable[Event], section_order: Iterable[str] = ()) -> list[CallRow]:
    """Rows of ``calls.csv``, one per model call of a run, by section, then by time.

    Attempts of one run for one section, pass and key are one call.

    Args:
        events: Events, those of one run after those of another.
        section_order: Ids of sections in the order of the sheet; others follow by their ids.
    """
    places = {section_id: place for place, section_id in enumerate(section_order)}
    rows = [call.row() for call in _calls(events)]
    # Sorting is stable: calls of one section stay in the order in which they began.
    rows.sort(key=lambda row: (places.get(row.section, len(places)), row.section))
    return rows


def totals(events: Iterable[Event]) -> ReportTotals:
    """Totals of the calls, in all, by model and by pass."""
    events = list(events)
    rows = call_rows(events)
    attempts = [attempt for call in _calls(events) for attempt in call.attempts]
    unknown = [a.cost_usd for a in attempts if a.ended is None and a.cost_usd is not None]
    return ReportTotals(
        **_total(rows).model_dump(),
        unknown_usd=sum(unknown, Decimal(0)),
        by_model=_parts(rows, "model"),
        by_pass=_parts(rows, "pass_"),
    )


@dataclass
class _Attempt:
    """An attempt, with its end if it is known."""

    sent: Sent
    ended: Ended | None = None

    @property
    def cost_usd(self) -> Decimal | None:
        if self.ended is None or self.ended.cost_usd is None:
            return self.sent.bound_usd
        return self.ended.cost_usd


@dataclass
class _Call:
    """A call of one run, built from its `Cached` event or from its attempts."""

    of: Cached | Sent
    attempts: list[_Attempt] = field(default_factory=list)

    def row(self) -> CallRow:
        ends = [attempt.ended for attempt in self.attempts if attempt.ended is not None]
        known = [a.cost_usd for a in self.attempts if a.cost_usd is not None]
        is_cached = isinstance(self.of, Cached)
        last = self.attempts[-1].ended if self.attempts else None
        return CallRow(
            section=self.of.section,
            pass_=self.of.pass_,
            model=self.of.model,
            key=self.of.key,
            cached=is_cached,
            attempts=len(self.attempts),
            prompt_tokens=sum(end.input_tokens for end in ends),
            completion_tokens=sum(end.output_tokens for end in ends),
            cost_usd=sum(known, Decimal(0)) if known or is_cached else None,
            seconds=round(sum(end.seconds for end in ends), 3),
            outcome=ANSWERED if is_cached else last.outcome if last else UNKNOWN,
        )


def _calls(events: Iterable[Event]) -> list[_Call]:
    """All calls, in the order in which they began."""
    calls: list[_Call] = []
    sent: dict[tuple[str, str, str], _Call] = {}
    opened: dict[str, list[_Attempt]] = {}
    for event in events:
        if isinstance(event, Began):
            sent = {}  # what a later run sends is another call
        elif isinstance(event, Cached):
            calls.append(_Call(event))
        elif isinstance(event, Sent):
            name = (event.section, event.pass_, event.key)
            if name not in sent:
                sent[name] = _Call(event)
                calls.append(sent[name])
            attempt = _Attempt(event)
            sent[name].attempts.append(attempt)
            opened.setdefault(event.attempt, []).append(attempt)
        elif isinstance(event, Ended) and opened.get(event.attempt):
            # Ids are unique; were two attempts to share one, each still has one end at most.
            opened[event.attempt].pop(0).ended = event
    return calls


def _parts(rows: Iterable[CallRow], name: str) -> dict[str, Totals]:
    """Totals by the values of a column, in alphabetical order."""
    found: dict[str, list[CallRow]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return {value: _total(part) for value, part in sorted(found.items())}


def _total(rows: Sequence[CallRow]) -> Totals:
    sent = [row for row in rows if not row.cached]
    costs = [row.cost_usd for row in sent if row.cost_usd is not None]
    return Totals(
        made=len(sent),
        cached=len(rows) - len(sent),
        attempts=sum(row.attempts for row in sent),
        input_tokens=sum(row.prompt_tokens for row in sent),
        output_tokens=sum(row.completion_tokens for row in sent),
        cost_usd=sum(costs, Decimal(0)),
        without_price=len(sent) - len(costs),
    )


def attempt_number(attempt: str) -> int:
    """The number at the end of an attempt's id; 0 when there is none."""
    number = attempt.rpartition("/")[2]
    return int(number) if number.isdecimal() else 0
