"""CSV files: order, formulas, line breaks, numbers."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from factbook.checking.claims import reference_claims
from factbook.llm.chat import Source
from factbook.report.csv_files import (
    CHECK_COLUMNS,
    RESULT_COLUMNS,
    checks_csv,
    final_copy,
    results_csv,
    to_csv,
)
from factbook.report.text import clean
from factbook.writing.record import SectionRecord
from tests.growth import assert_in_proportion
from tests.sections import make_fact, make_outline, make_record


def read(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by column."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def cell(value: object) -> str:
    """A value as it stands in a file."""
    return read(to_csv(("a",), [(value,)]))[0]["a"]


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@A1", "\tx", "-1,000", "+5%", "-"])
def test_text_that_starts_a_formula_is_quoted(text: str) -> None:
    """A spreadsheet must not compute what a sheet or a model wrote."""
    assert cell(text) == f"'{text}"


def test_carriage_return_starts_no_formula() -> None:
    """It is quoted as well, and ends no row."""
    assert cell("\rx") == "'\nx"


@pytest.mark.parametrize(
    "unseen", ["\x1b]0;title\x07", "\x9b2J", "\u202e", "\u2066", "\x00", "\x08"]
)
def test_what_commands_a_terminal_or_turns_text_is_removed(unseen: str) -> None:
    """A file that is shown with `cat` is a text as well; what is left of a command is harmless."""
    text = cell(f"a{unseen}b")
    assert text.startswith("a")
    assert text.endswith("b")
    assert text.isprintable()
    assert cell(f"{unseen[:1]}=1") == "'=1"


SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
BREAKS = (*",;|\t\n\r", "\r\n", "\v", "\f", "\x1e", "\x85", "\u2028", "\u2029")
DROPPED = ("", " ", "\t", "\n\n", "\xa0", "\u3000", "\x00", "\ufeff", '"', ' "')


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("dropped", DROPPED)
def test_no_piece_of_a_cell_starts_a_formula(sign: str, dropped: str) -> None:
    """Wherever a spreadsheet splits a cell again, and whatever it drops at the start of a piece."""
    for text in (f"{dropped}{sign}1+1", *(f"a{at}{dropped}{sign}1+1" for at in BREAKS)):
        written = cell(text)
        pieces = re.split(r"[,;|\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", written)
        assert not [p for p in pieces if p.strip(' \xa0\u3000\x00\ufeff"').startswith(tuple(SIGNS))]
        assert written.replace("'", "") == clean(text)


@pytest.mark.parametrize("text", ["-3,5+cmd|' /C calc'!A0", "-3;4", "-3\n-4"])
def test_number_before_something_else_is_no_number(text: str) -> None:
    """Only a cell that is a number as a whole may begin with its sign."""
    assert cell(text).startswith("'-3")


@pytest.mark.parametrize("letter", ["\n", " ", '"', ";", ";="])
def test_cells_are_searched_in_proportion_to_their_length(letter: str) -> None:
    """A model's text of nothing but blanks or separators takes no longer than another."""
    assert_in_proportion(lambda size: lambda: to_csv(("a",), [(letter * size + "x",)]), 200_000)


@pytest.mark.parametrize(
    "text", ["-5", "+5", "-1.5e3", "-.5", "", "a=b", "1-2", "a; b-2", "a\n'-b"]
)
def test_numbers_and_other_texts_are_untouched(text: str) -> None:
    """Numbers stay numbers, negative ones too."""
    assert cell(text) == text


@pytest.mark.parametrize(("value", "text"), [(-5.25, "-5.25"), (0.1 + 0.2, "0.30000000000000004")])
def test_floats_stand_in_full(value: float, text: str) -> None:
    """As they can be read back."""
    assert cell(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("0.00000015"), "0.00000015"), (Decimal(-2), "-2"), (None, "")]
)
def test_decimals_are_never_scientific(value: object, text: str) -> None:
    """Nor is what is not known a zero."""
    assert cell(value) == text


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb", "a\nb"])
def test_line_breaks_stay_in_their_cell(text: str) -> None:
    """One row stays one row for every reader."""
    content = to_csv(("a", "b"), [(text, 1)])
    assert len(read(content)) == 1
    assert read(content)[0] == {"a": "a\nb", "b": "1"}
    assert b"\r" not in content


@pytest.mark.parametrize("text", ['say "x"', "a,b", "ä€", "x\ud800y"])
def test_other_characters_survive_or_are_replaced(text: str) -> None:
    """Commas, quotes and letters are kept; half a character is replaced, as in all formats."""
    assert cell(text) == text.replace("\ud800", "\ufffd")


def test_results_stand_in_the_order_of_the_sheet() -> None:
    """Whatever the order in which sections were finished; those not finished are left out."""
    specs = make_outline().whole().sections
    records: dict[str, SectionRecord] = {
        section_id: make_record(section_id)
        for section_id in ("2.1.1@AT", "1.1.1@FR", "1.1.2@EU", "1.1.1@AT")
    }
    rows = read(results_csv(specs, records, {}))
    assert [(row["sub_task_id"], row["country"]) for row in rows] == [
        ("1.1.1", "Austria"),
        ("1.1.1", "France"),
        ("1.1.2", "EU"),
        ("2.1.1", "Austria"),
    ]


def test_result_has_its_ids_titles_and_texts() -> None:
    """All columns, in their order."""
    specs = [s for s in make_outline().whole().sections if s.id == "1.1.1@AT"]
    record = make_record(summary="In all {F1}.", feedback="ok")
    claims = {record.section_id: list(reference_claims("1.1.1@AT", "{F1} {F1}", record.by_id))}
    content = results_csv(specs, {record.section_id: record}, claims)
    assert content.decode().splitlines()[0] == ",".join(RESULT_COLUMNS)
    assert read(content) == [
        {
            "objective_id": "1",
            "task_id": "1.1",
            "sub_task_id": "1.1.1",
            "country": "Austria",
            "final_copy": "Wind gave 6.48\N{NO-BREAK SPACE}TWh.",
            "objective_title": "Chapter 1",
            "task_title": "Part 1.1",
            "sub_task_title": "On 1.1.1",
            "summary": "In all 6.48\N{NO-BREAK SPACE}TWh.",
            "feedback": "ok",
            "status": "written",
            "checks_passed": "2",
            "checks_flagged": "0",
            "headline": "",
        }
    ]


def test_flagged_claims_are_counted() -> None:
    """Contradicted and unsupported ones; ignored ones are neither passed nor flagged."""
    record = make_record()
    [claim] = reference_claims("1.1.1@AT", "{F1}", record.by_id)
    verdicts: list[Any] = ["supported", "contradicted", "unsupported", "ignored"]
    claims = [replace(claim, verdict=verdict) for verdict in verdicts]
    specs = make_outline().whole().sections[:1]
    [row] = read(results_csv(specs, {"1.1.1@AT": record}, {"1.1.1@AT": claims}))
    assert (row["checks_passed"], row["checks_flagged"]) == ("1", "2")


def test_section_that_failed_leaves_a_visible_row() -> None:
    """A failed section does not vanish."""
    record = make_record(status="failed", source_text="", reason="ValueError: no")
    specs = make_outline().whole().sections[:1]
    [row] = read(results_csv(specs, {"1.1.1@AT": record}, {}))
    assert row["status"] == "failed"
    assert row["final_copy"] == "[Section 1.1.1@AT is missing: ValueError: no.]"


def test_final_copy_of_a_good_section_is_its_text() -> None:
    """Nothing is added where nothing needs saying."""
    assert final_copy(make_record()) == "Wind gave 6.48\N{NO-BREAK SPACE}TWh."


def test_final_copy_says_all_that_a_document_says() -> None:
    """What stands in comes first, then the text, what stays wrong in it, and what it cites."""
    record = make_record(
        status="degraded",
        source_text="It grew {S2}{S1}.",
        reason="no answer",
        writer={"provider": "offline"},
        marks=("40 has no fact",),
        sources=(Source(title="A", url="https://a.example"), Source(title="B", url="")),
    )
    assert final_copy(record).split("\n\n") == [
        "[Written without the model, from the figures alone: no answer. The next run tries again.]",
        "It grew [1, 2].",
        "[40 has no fact.]",
        "Sources: [1] A, https://a.example; [2] B",
    ]


def test_generated_sections_have_ids_of_their_own() -> None:
    """Conclusions and summaries are told apart from sub-tasks."""
    outline = make_outline(add_sub_task_summary=True).whole()
    wanted = [s for s in outline.sections if s.id in ("1.1#summary@AT", "conclusion@AT")]
    records = {s.id: make_record(s.id) for s in wanted}
    rows = read(results_csv(wanted, records, {}))
    assert [(r["objective_id"], r["task_id"], r["sub_task_id"]) for r in rows] == [
        ("1", "1.1", "1.1#summary"),
        ("conclusion", "conclusion", "conclusion"),
    ]


def test_checks_are_a_row_a_claim() -> None:
    """With the fact that each was compared with."""
    claims = reference_claims("1.1.1@AT", "It was {F1}.", {"F1": make_fact()})
    content = checks_csv(claims)
    assert content.decode().splitlines()[0] == ",".join(CHECK_COLUMNS)
    [row] = read(content)
    assert (row["section"], row["verdict"], row["fact_id"]) == ("1.1.1@AT", "supported", "F1")
    assert (row["value"], row["fact_value"], row["source"]) == ("6.48", "6.48", "etm.csv: 2")


def test_file_without_rows_has_its_columns() -> None:
    """An empty list is a valid file."""
    assert to_csv(("a", "b"), ()) == b"a,b\n"


def test_headline_stands_in_the_last_column() -> None:
    """As readers see it, and never as a formula; the order of all others is as it was."""
    specs = [s for s in make_outline().whole().sections if s.id == "1.1.1@AT"]
    for headline, shown in (("Wind reached {F1}", "Wind reached 6.48\xa0TWh"), ("=1+1", "'=1+1")):
        record = make_record(headline=headline)
        content = results_csv(specs, {record.section_id: record}, {})
        (row,) = read(content)
        assert row["headline"] == shown
        assert row["final_copy"] == "Wind gave 6.48\N{NO-BREAK SPACE}TWh."
    assert RESULT_COLUMNS[-2:] == ("checks_flagged", "headline")
    lost = make_record(status="failed", source_text="", headline="Wind reached {F1}", reason="no")
    (row,) = read(results_csv(specs, {lost.section_id: lost}, {}))
    assert row["headline"] == ""
