"""The run folder: names that stay inside, whole files, records that are damaged."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from factbook.data.series import SourceRows
from factbook.errors import StoppedError
from factbook.evidence.gaps import Gap
from factbook.files.atomic import write_atomically, write_if_changed
from factbook.files.schema_version import SCHEMA_VERSION
from factbook.folder.run_folder import RunFolder
from tests.sections import make_evidence, make_fact, make_record

HOSTILE_IDS = (
    "../../etc/passwd",
    "..",
    ".",
    "",
    "/etc/passwd",
    "a/b@AT",
    "1.1.1@../x",
    "C:\\windows\\x",
    "nul\x00byte",
    "line\nbreak",
    ".hidden",
    "1.1.1@Ελλάδα",
    "%2E%2E%2F",
    "x" * 5000,
    "é" * 5000,
    "half \ud800",
    "con",
    "1.1#introduction@AT",
)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder that has been made."""
    made = RunFolder.of(tmp_path / "out", "report")
    made.create()
    return made


@pytest.mark.parametrize("section_id", HOSTILE_IDS, ids=range(len(HOSTILE_IDS)))
def test_names_never_lead_outside(folder: RunFolder, section_id: str) -> None:
    """Whatever an id holds, its files lie in the folder that they belong to."""
    path = folder.chapter_csv_path(section_id)
    assert path.resolve().parent == folder.path.resolve()
    assert len(os.fsencode(path.name)) < 200
    write_atomically(path, b"x")
    if section_id != "half \ud800":  # JSON has no half letters: no such id is ever read
        folder.save_record(make_record(section_id))
        [record] = folder.records_folder.iterdir()
        assert record.resolve().parent == folder.records_folder.resolve()
        assert not record.name.startswith(".")
        assert folder.read_record(section_id) == make_record(section_id)


def test_different_ids_have_different_names(folder: RunFolder) -> None:
    """Also those that differ in case, in what is encoded, or after 5,000 letters."""
    ids = {*HOSTILE_IDS, "x" * 4999 + "y", "a%2Fb@AT", "a b", "a_b", "A b", "%252E"} - {""}
    assert len({folder.chapter_csv_path(one) for one in ids}) == len(ids)


def test_plain_ids_are_plain_names(folder: RunFolder) -> None:
    """A person finds a section's file by its id."""
    folder.write_evidence(make_evidence(section_id="1.1#summary@AT"), "id")
    assert (folder.evidence_folder / "1.1#summary@AT.json").is_file()
    assert folder.chapter_csv_path("1").name == "objective_1_results.csv"
    assert folder.report_path("pdf", is_selection=False).name == "report.pdf"
    assert folder.report_path("pdf", is_selection=True).name == "report-selection.pdf"


def test_folder_that_cannot_be_made_stops_the_run(tmp_path: Path) -> None:
    """Before the first call, with what to do."""
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(StoppedError, match="cannot be written to.*--out"):
        RunFolder.of(tmp_path / "out", "report").create()


def test_folder_may_exist_already(folder: RunFolder) -> None:
    """The next run uses it again."""
    folder.save_record(make_record())
    folder.create()
    assert folder.read_record("1.1.1@AT") == make_record()


def test_evidence_is_written_as_documented_and_comes_back(folder: RunFolder) -> None:
    """Facts with id, place, subject, metric, period, value, unit, derivation and sources."""
    evidence = make_evidence(
        make_fact(1, sources=(SourceRows("etm.csv", (2, 3)),)),
        make_fact(2, kind="rank", unit="rank", value=3.0, among=27),
        gaps=(
            Gap("absent", "Austria", "Capacity", ("Gas", "Oil"), "monthly"),
            Gap("ended", "Austria", subjects=("Gas",), target="2021", last="2019"),
            Gap("members", "Europe", subjects=("Gas",), members=("Malta",)),
        ),
        origins={"ETM": "Ember"},
    )
    folder.write_evidence(evidence, "id")
    assert folder.read_evidence("1.1.1@AT") == evidence
    body = orjson.loads((folder.evidence_folder / "1.1.1@AT.json").read_bytes())
    lists = {"rows", "derivations", "gaps", "missing", "origins", "measures"}
    assert body["schema_version"] == SCHEMA_VERSION
    assert set(body) == {"schema_version", "section", "id", "place", "extent", "facts"} | lists
    fact = body["facts"][0]
    assert [body["rows"][n] for n in fact["sources"]] == [{"file": "etm.csv", "rows": [2, 3]}]
    assert fact["derivation"] == "value in the data"
    assert (fact["id"], fact["value"], fact["unit"]) == ("F1", 6.48, "TWh")
    assert {"place", "subject", "metric", "period", "derivation"} <= set(fact)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"null", b'{"section": "x"}', b"\xff"])
def test_damaged_evidence_stops_the_run(folder: RunFolder, content: bytes | None) -> None:
    """It says which file, and that the next run makes it anew."""
    if content is not None:
        (folder.evidence_folder / "1.1.1@AT.json").write_bytes(content)
    with pytest.raises(StoppedError, match=r"1\.1\.1@AT.*Run the report again"):
        folder.read_evidence("1.1.1@AT")


def test_evidence_of_before_versions_is_read(folder: RunFolder) -> None:
    """It is of version 1, and what it says is the same."""
    evidence = make_evidence(make_fact(), gaps=("No Gas.",), origins={"ETM": "Ember"})
    folder.write_evidence(evidence, "id")
    path = folder.evidence_folder / "1.1.1@AT.json"
    body = orjson.loads(path.read_bytes())
    del body["schema_version"], body["missing"]
    path.write_bytes(orjson.dumps(body))
    assert folder.read_evidence("1.1.1@AT") == evidence
    assert folder.evidence_of(make_record(evidence_id="id")) == evidence


def test_evidence_of_a_newer_version_stops_the_run(folder: RunFolder) -> None:
    """With the version found, and those that are read."""
    path = folder.evidence_folder / "1.1.1@AT.json"
    path.write_bytes(b'{"schema_version": 99, "section": "1.1.1@AT", "moods": []}')
    with pytest.raises(StoppedError, match=r"a newer version .*\(schema 99; this one reads 1 to"):
        folder.read_evidence("1.1.1@AT")
    assert folder.evidence_of(make_record()) is None


@pytest.mark.parametrize("damage", ["id", "facts", "place"])
def test_evidence_that_lacks_something_says_what(folder: RunFolder, damage: str) -> None:
    """It is no evidence then."""
    folder.write_evidence(make_evidence(make_fact()), "id")
    path = folder.evidence_folder / "1.1.1@AT.json"
    body = orjson.loads(path.read_bytes())
    del body[damage]
    path.write_bytes(orjson.dumps(body))
    with pytest.raises(StoppedError, match=f"it is incomplete: {damage}"):
        folder.read_evidence("1.1.1@AT")


def test_rows_of_facts_are_those_of_the_evidence_that_is_meant(folder: RunFolder) -> None:
    """Of the facts that are asked for; nothing is known of other evidence."""
    rows = (SourceRows("etm.csv", (2, 3)),)
    folder.write_evidence(make_evidence(make_fact(1, sources=rows), make_fact(2)), "id")
    assert folder.read_sources("1.1.1@AT", "id", {"F1", "F9"}) == {"F1": rows}
    assert folder.read_sources("1.1.1@AT", "other", {"F1"}) == {}
    assert folder.read_sources("1.1.1@FR", "id", {"F1"}) == {}
    path = folder.evidence_folder / "1.1.1@AT.json"
    body = orjson.loads(path.read_bytes())
    for other in (body | {"schema_version": 99}, body | {"facts": 3}, [body]):
        path.write_bytes(orjson.dumps(other))
        assert folder.read_sources("1.1.1@AT", "id", {"F1"}) == {}
    del body["schema_version"], body["missing"]
    path.write_bytes(orjson.dumps(body))
    assert folder.read_sources("1.1.1@AT", "id", {"F1"}) == {"F1": rows}


def test_evidence_of_another_section_is_refused(folder: RunFolder) -> None:
    """A text is never written from another section's facts."""
    folder.write_evidence(make_evidence(make_fact(), section_id="1.1.1@FR"), "id")
    (folder.evidence_folder / "1.1.1@FR.json").rename(folder.evidence_folder / "1.1.1@AT.json")
    with pytest.raises(StoppedError, match=r"it is the evidence of 1\.1\.1@FR"):
        folder.read_evidence("1.1.1@AT")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"[1, 2]", b"null", b"3", b'"x"', b"{}", b"\xff", b'{"a": 1}']
)
def test_damaged_record_is_none(folder: RunFolder, content: bytes) -> None:
    """The section is written anew, and nothing ends with a traceback."""
    (folder.records_folder / "1.1.1@AT.json").write_bytes(content)
    assert folder.read_record("1.1.1@AT") is None


def test_changed_foreign_or_missing_record_is_none(folder: RunFolder) -> None:
    """Checksum and section must fit."""
    assert folder.read_record("1.1.1@AT") is None
    folder.save_record(make_record("1.1.1@FR"))
    path = folder.records_folder / "1.1.1@FR.json"
    (folder.records_folder / "1.1.1@AT.json").write_bytes(path.read_bytes())
    assert folder.read_record("1.1.1@AT") is None
    path.write_bytes(path.read_bytes().replace(b"Wind gave", b"Wind took"))
    assert folder.read_record("1.1.1@FR") is None


def test_record_that_is_a_folder_is_none(folder: RunFolder) -> None:
    """What cannot be read is not there."""
    (folder.records_folder / "1.1.1@AT.json").mkdir()
    assert folder.read_record("1.1.1@AT") is None


def test_sealed_record_of_an_unknown_form_is_none(folder: RunFolder) -> None:
    """One with a right checksum, written by a later version."""
    from factbook.writing.record import digest

    body: dict[str, Any] = {"section_id": "1.1.1@AT", "status": "approved"}
    path = folder.records_folder / "1.1.1@AT.json"
    path.write_bytes(orjson.dumps({**body, "checksum": digest(body)}))
    assert folder.read_record("1.1.1@AT") is None


def test_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption leaves the old file, and nothing beside it."""
    path = tmp_path / "file.csv"
    write_atomically(path, b"old")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_write_that_fails_says_what_to_do(tmp_path: Path) -> None:
    """A missing folder, or a full disk, stops the run."""
    with pytest.raises(StoppedError, match=r"file\.csv cannot be written.*run the same command"):
        write_atomically(tmp_path / "gone" / "file.csv", b"x")


def test_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    """A file that did not change keeps its time."""
    path = tmp_path / "file.csv"
    assert write_if_changed(path, b"one")
    before = path.stat().st_mtime_ns
    assert not write_if_changed(path, b"one")
    assert path.stat().st_mtime_ns == before
    assert write_if_changed(path, b"two")
    assert path.read_bytes() == b"two"


@pytest.mark.parametrize(
    "missing", ["abc", {"kind": "absent"}, [{"kind": "lost"}], [{"subjects": "abc"}], [7], [[]]]
)
def test_damaged_gaps_stop_the_run(folder: RunFolder, missing: object) -> None:
    """What is none of the values that a gap has is named, not taken apart."""
    folder.write_evidence(make_evidence(make_fact()), "id")
    path = folder.evidence_folder / "1.1.1@AT.json"
    body = orjson.loads(path.read_bytes())
    path.write_bytes(orjson.dumps(body | {"missing": missing}))
    with pytest.raises(StoppedError, match=r"1\.1\.1@AT.*Run the report again"):
        folder.read_evidence("1.1.1@AT")
