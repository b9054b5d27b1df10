"""Section records of another version of Factbook: read, or written anew, never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from factbook.folder.run_folder import RunFolder
from factbook.llm.chat import CallCount, Source
from factbook.writing.record import SectionRecord, digest

SECTION = "1.1.1@AT"
RECORD = SectionRecord(
    section_id=SECTION,
    status="written",
    source_text="Wind grew {S1}.",
    sources=(Source(title="Statistics", url="https://example.org/a"),),
    marks=("a mark",),
    key="k",
    key_parts={"sheet": "s"},
    evidence_id="e",
    calls=CallCount(made=1),
)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder that holds the record."""
    made = RunFolder.of(tmp_path, "report")
    made.create()
    made.save_record(RECORD)
    return made


def rewrite(folder: RunFolder, body: dict[str, Any]) -> None:
    """Write the record as another version would have: with a checksum that fits."""
    body.pop("checksum", None)
    (path,) = folder.records_folder.iterdir()
    path.write_bytes(orjson.dumps({**body, "checksum": digest(body)}))


def test_record_from_before_sources_marks_and_calls_is_read(folder: RunFolder) -> None:
    """What it lacks is empty: its text is paid for and stays."""
    body = RECORD.sealed()
    for name in ("sources", "marks", "calls", "seconds", "reason"):
        del body[name]
    rewrite(folder, body)
    found = folder.read_record(SECTION)
    assert found is not None
    assert (found.source_text, found.sources, found.marks) == (RECORD.source_text, (), ())
    assert found.calls == CallCount()


@pytest.mark.parametrize(
    "change",
    [{"mood": "cheerful"}, {"status": "pondered"}, {"calls": {"made": 1, "lost": 2}}, {"key": 7}],
)
def test_record_of_a_form_that_is_not_known_is_no_record(
    folder: RunFolder, change: dict[str, Any]
) -> None:
    """The section is written anew, from the call store where its calls are the same."""
    rewrite(folder, RECORD.sealed() | change)
    assert folder.read_record(SECTION) is None
    folder.save_record(RECORD)
    assert folder.read_record(SECTION) == RECORD
