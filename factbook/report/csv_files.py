"""The CSV files of a report: chapters, the whole report, checks and calls."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain

from factbook.checking.claims import Claim
from factbook.report.block_source import shown_headline
from factbook.report.citations import source_line
from factbook.report.notices import edit_notices, marks_notice, status_notice
from factbook.report.text import clean
from factbook.sheet.outline import SectionSpec
from factbook.writing.record import SectionRecord

RESULT_COLUMNS = (
    "objective_id",
    "task_id",
    "sub_task_id",
    "country",
    "final_copy",
    "objective_title",
    "task_title",
    "sub_task_title",
    "summary",
    "feedback",
    "status",
    "checks_passed",
    "checks_flagged",
    "headline",
)
CHECK_COLUMNS = (
    "section",
    "claim",
    "value",
    "unit",
    "verdict",
    "fact_id",
    "fact_value",
    "source",
)
CALL_COLUMNS = (
    "section",
    "pass",
    "model",
    "key",
    "cached",
    "attempts",
    "prompt_tokens",
    "completion_tokens",
    "cost_usd",
    "seconds",
    "outcome",
)

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# Where a cell begins, also when a spreadsheet splits a cell anew: with what it drops there, blanks
# and quotation marks, and the sign that would make it a formula, full-width and small forms too.
# It matches at every such place, so that no run of blanks is searched twice.
_BEGINNING = re.compile(
    r"((?:^|[,;|\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029])[\s\x00-\x1f\"\ufeff]*+)"
    r"([=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]?)"
)


def results_csv(
    specs: Iterable[SectionSpec],
    records: Mapping[str, SectionRecord],
    claims: Mapping[str, Sequence[Claim]],
) -> bytes:
    """Rows of sections, in the order of `specs`; a section without a record is left out."""
    return results_csv_of_lines(
        result_line(spec, record, claims.get(spec.id, ()))
        for spec in specs
        if (record := records.get(spec.id)) is not None
    )


def results_csv_of_lines(lines: Iterable[bytes]) -> bytes:
    """The same of lines that are made already, in their order."""
    return to_csv(RESULT_COLUMNS, ()) + b"".join(lines)


def result_line(spec: SectionSpec, record: SectionRecord, claims: Sequence[Claim]) -> bytes:
    """The row of a section as it is in the file; a chapter's file is written again and again."""
    return _to_lines([_result_row(spec, record, claims)])


def final_copy(record: SectionRecord) -> str:
    """A section's text with everything that a document shows with it; notices are in brackets.

    The order is: its status unless it is normal, the text, what is still wrong in it, what has
    changed since a person edited it, and its sources.

    Raises:
        KeyError: The text refers to a fact, or cites a source, that the record does not have.
    """
    notices = (status_notice(record.section_id, record), marks_notice(record))
    status, marks = (f"[{notice.text}]" if notice else "" for notice in notices)
    if not record.source_text:
        return status
    edit = (f"[{notice.text}]" for notice in edit_notices(record))
    pieces = (status, record.text, marks, *edit, source_line(record))
    return "\n\n".join(piece for piece in pieces if piece)


def checks_csv(claims: Iterable[Claim]) -> bytes:
    """One row per claim."""
    rows = (
        (c.section_id, c.claim, c.value, c.unit, c.verdict, c.fact_id, c.fact_value, c.source)
        for c in claims
    )
    return to_csv(CHECK_COLUMNS, rows)


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8.

    An apostrophe stands before what would start a formula: at the start of a text cell, and inside
    it after a comma, a semicolon, a bar, a tab or a line break, at which a spreadsheet may split it
    again. Line breaks in a cell become line feeds; control and format characters are removed, as in
    all formats of a report.
    """
    return _to_lines(chain([columns], rows))


def _to_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows of a CSV file."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8", "replace")


def _result_row(
    spec: SectionSpec, record: SectionRecord, claims: Sequence[Claim]
) -> tuple[object, ...]:
    flagged = sum(c.verdict in ("contradicted", "unsupported") for c in claims)
    return (
        spec.objective.id,
        spec.task.id if spec.task else spec.part_id,
        spec.sub_task.id if spec.sub_task else spec.part_id,
        spec.place.name,
        final_copy(record),
        spec.objective.title,
        spec.task.title if spec.task else "",
        spec.title,
        record.summary_text,
        record.feedback,
        record.status,
        sum(c.verdict == "supported" for c in claims),
        flagged,
        shown_headline(record),
    )


def _cell(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"  # never in scientific notation
    if not isinstance(value, str):
        return value
    value = clean(value)  # line ends are line feeds: for most readers a lone \r would end the row
    if not _NUMBER.fullmatch(value):
        value = _BEGINNING.sub(lambda at: f"{at[1]}'{at[2]}" if at[2] else at[0], value)
    return f"'{value}" if value.startswith(("\t", "\n")) else value
