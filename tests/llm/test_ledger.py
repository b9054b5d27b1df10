"""What events come to: money, rows of calls.csv, totals."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from factbook.llm.chat import Pass
from factbook.llm.journal import Began, Cached, Ended, Event, RunEnded, Sent
from factbook.llm.ledger import attempt_numbers, call_rows, report_events, spent_usd, totals
from factbook.report.csv_files import CALL_COLUMNS, to_csv

AT, FR = "1.1.2@AT", "1.1.2@FR"
DRAFT: Pass = "draft"
REPAIR: Pass = "repair"
RUN = Began(run="r", provider="openai")


def sent(attempt: str, key: str = "k", bound: str | None = "0.5", model: str = "gpt-5") -> Sent:
    """An attempt is about to be sent."""
    section, pass_, _ = attempt.rsplit("/", 2)
    bound_usd = None if bound is None else Decimal(bound)
    return Sent(
        attempt=attempt, section=section, pass_=pass_, model=model, key=key, bound_usd=bound_usd
    )


def ended(attempt: str, outcome: str = "answered", cost: str | None = "0.1") -> Ended:
    """It has ended, after two seconds, with a hundred tokens and ten."""
    return Ended(
        attempt=attempt,
        outcome=outcome,
        input_tokens=100,
        output_tokens=10,
        cost_usd=None if cost is None else Decimal(cost),
        seconds=2.0,
    )


def call(attempt: str, key: str = "k", cost: str = "0.1") -> list[Event]:
    """A call that needed one attempt."""
    return [sent(attempt, key), ended(attempt, cost=cost)]


def cached(section: str, key: str = "k") -> Cached:
    """A call whose answer was there."""
    return Cached(section=section, pass_=DRAFT, model="gpt-5", key=key)


def test_report_begins_after_the_last_run_that_ended_well() -> None:
    """A run that failed or was killed leaves the report open; its spending counts."""
    first = [RUN, *call(f"{AT}/draft/1"), RunEnded(exit_code=0)]
    second = [RUN, *call(f"{AT}/draft/2"), RunEnded(exit_code=3), RUN, *call(f"{AT}/draft/3")]
    assert list(report_events([*first, *second])) == second
    assert list(report_events(second)) == second
    assert list(report_events(first)) == []
    assert list(report_events([])) == []


def test_spending_counts_an_attempt_without_end_at_its_bound() -> None:
    """It may have been paid for; so may one whose cost is not known."""
    events = [
        *call(f"{AT}/draft/1", cost="0.1"),
        sent(f"{AT}/repair/1", bound="0.5"),
        sent(f"{FR}/draft/1", bound="0.25"),
        ended(f"{FR}/draft/1", "timeout", cost=None),
    ]
    assert spent_usd(events) == Decimal("0.85")
    assert spent_usd([]) == 0


def test_spending_is_exact() -> None:
    """Money is decimal: a thousand times a tenth is a hundred."""
    events = [event for n in range(1000) for event in call(f"{AT}/draft/{n}", cost="0.1")]
    assert spent_usd(events) == Decimal(100)


def test_price_that_is_not_known_is_counted_apart() -> None:
    """It is no price of 0."""
    events = [sent(f"{AT}/draft/1", bound=None), ended(f"{AT}/draft/1", cost=None)]
    assert spent_usd(events) == 0
    assert call_rows(events)[0].cost_usd is None
    assert totals(events).without_price == 1
    assert totals(call(f"{AT}/draft/1")).without_price == 0


def test_attempt_numbers_go_on_over_runs() -> None:
    """The highest of each section and pass, whatever the order; ids may hold slashes."""
    events = [
        *call(f"{AT}/draft/2"),
        *call(f"{AT}/draft/10"),
        *call(f"{AT}/draft/9"),
        RunEnded(exit_code=0),
        *call(f"{AT}/repair/1"),
        *call("a/b@AT/draft/3"),
        cached(FR),
    ]
    numbers = attempt_numbers(events)
    assert numbers == {(AT, DRAFT): 10, (AT, REPAIR): 1, ("a/b@AT", DRAFT): 3}


def test_rows_are_calls_with_their_attempts() -> None:
    """Attempts for one key are one call: its tokens, costs and seconds add up."""
    events = [
        RUN,
        sent(f"{AT}/draft/1"),
        ended(f"{AT}/draft/1", "429", cost="0"),
        sent(f"{AT}/draft/2"),
        ended(f"{AT}/draft/2", cost="0.25"),
        *call(f"{AT}/repair/1", key="other"),
    ]
    draft, repair = call_rows(events)
    assert draft == (AT, DRAFT, "gpt-5", "k", False, 2, 200, 20, Decimal("0.25"), 4.0, "answered")
    assert (repair.pass_, repair.key, repair.attempts) == (REPAIR, "other", 1)


def test_row_of_an_attempt_without_end_is_unknown() -> None:
    """The process was killed between the two lines: it counts at its bound."""
    [row] = call_rows([RUN, sent(f"{AT}/draft/1", bound="0.5")])
    assert (row.outcome, row.attempts, row.cost_usd) == ("unknown", 1, Decimal("0.5"))
    assert (row.prompt_tokens, row.completion_tokens, row.seconds) == (0, 0, 0)


def test_row_tells_how_the_last_attempt_ended() -> None:
    """Whatever the earlier ones were."""
    events = [*call(f"{AT}/draft/1"), sent(f"{AT}/draft/2"), ended(f"{AT}/draft/2", "503")]
    assert call_rows(events)[0].outcome == "503"
    assert call_rows([*events, sent(f"{AT}/draft/3")])[0].outcome == "unknown"


def test_call_made_again_by_a_later_run_is_another_row() -> None:
    """A kill after the answer and before it is saved: two calls, one accepted."""
    events = [RUN, sent(f"{AT}/draft/1"), RUN, *call(f"{AT}/draft/2"), RUN, cached(AT)]
    rows = call_rows(events)
    assert [(row.outcome, row.cached, row.attempts) for row in rows] == [
        ("unknown", False, 1),
        ("answered", False, 1),
        ("answered", True, 0),
    ]
    assert [row.cost_usd for row in rows] == [Decimal("0.5"), Decimal("0.1"), 0]


def test_ends_that_cross_belong_to_their_attempts() -> None:
    """Sections work side by side; lines of one process are in order, those of several mix."""
    events = [
        sent(f"{AT}/draft/1"),
        sent(f"{FR}/draft/1"),
        ended(f"{FR}/draft/1", cost="0.2"),
        ended(f"{AT}/draft/1", cost="0.1"),
    ]
    assert {row.section: row.cost_usd for row in call_rows(events)} == {
        AT: Decimal("0.1"),
        FR: Decimal("0.2"),
    }


def test_end_without_its_beginning_is_passed_over() -> None:
    """Its line was torn, or stands before the report."""
    assert call_rows([ended(f"{AT}/draft/1")]) == []


def test_rows_stand_by_section_then_by_time() -> None:
    """In the order of the sheet where that is known, else by id."""
    events = [
        *call("1.2.1@AT/draft/1", key="a"),
        cached("1.10.1@AT"),
        *call("1.10.1@AT/repair/1", key="b"),
        *call("1.2.1@AT/draft/2", key="c"),
    ]
    in_order = call_rows(events, ["1.2.1@AT", "1.10.1@AT"])
    assert [(row.section, row.key) for row in in_order] == [
        ("1.2.1@AT", "a"),
        ("1.2.1@AT", "c"),
        ("1.10.1@AT", "k"),
        ("1.10.1@AT", "b"),
    ]
    assert [row.section for row in call_rows(events)] == ["1.10.1@AT"] * 2 + ["1.2.1@AT"] * 2
    assert [row.section for row in call_rows(events, ["1.2.1@AT"])][:2] == ["1.2.1@AT"] * 2


def test_rows_fit_the_columns_of_calls_csv() -> None:
    """The file has a cell for each field, money as a plain decimal number."""
    text = to_csv(CALL_COLUMNS, call_rows([*call(f"{AT}/draft/1"), cached(FR)])).decode()
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["section"], first["pass"]) == (AT, DRAFT)
    assert (first["cost_usd"], first["attempts"], first["outcome"]) == ("0.1", "1", "answered")
    assert (second["cached"], second["attempts"], second["cost_usd"]) == ("True", "0", "0")


def test_tiny_cost_is_written_as_a_plain_number() -> None:
    """No exponent: a spreadsheet reads it, and so does a person."""
    [row] = call_rows(call(f"{AT}/draft/1", cost="0.00000012"))
    assert b",0.00000012," in to_csv(CALL_COLUMNS, [row])


def test_totals_are_those_of_the_rows() -> None:
    """In all, by model and by pass, as JSON values for run.json."""
    events = [
        RUN,
        *call(f"{AT}/draft/1", cost="0.1"),
        sent(f"{AT}/repair/1", model="gpt-5-mini", key="m", bound="0.5"),
        cached(FR),
    ]
    found = totals(events).model_dump(mode="json")
    assert (found["made"], found["cached"], found["attempts"]) == (2, 1, 2)
    assert (found["input_tokens"], found["output_tokens"]) == (100, 10)
    assert (found["cost_usd"], found["unknown_usd"]) == (0.6, 0.5)
    assert list(found["by_model"]) == ["gpt-5", "gpt-5-mini"]
    assert found["by_model"]["gpt-5"]["cost_usd"] == 0.1
    assert found["by_model"]["gpt-5"]["cached"] == 1
    assert found["by_pass"][REPAIR]["cost_usd"] == 0.5
    assert totals([]).made == 0
