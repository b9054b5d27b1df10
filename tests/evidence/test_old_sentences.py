"""Evidence files, records and edits of the version that kept derivations as sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter

from factbook.diff import compare
from factbook.edits.edit import Basis
from factbook.evidence.derivation import UNKNOWN, StandIn
from factbook.evidence.facts import Fact, StoredFact
from factbook.folder.run_folder import RunFolder
from factbook.writing.record import SectionRecord
from tests.runs.run_folders import Section, save_run
from tests.sections import make_fact

NAME = "1.1.1@AT"
SUM = "sum of Coal, Gas; no value for Power | Gas"


def body_of(number: int, derivation: str, **others: Any) -> dict[str, Any]:
    """A fact as the earlier version wrote it."""
    return {
        "id": f"F{number}",
        "place": "Austria",
        "subject": "Wind",
        "metric": "Generation",
        "period": "2021",
        "value": 6.48,
        "unit": "TWh",
        "kind": "value",
        "role": "place",
        "table": "ETM",
        "derivation": derivation,
        "sources": [{"file": "etm.csv", "rows": [2]}],
        "among": None,
    } | others


def read(derivation: str, **others: Any) -> Fact:
    """The same as a fact of today."""
    return TypeAdapter(StoredFact).validate_python(body_of(1, derivation, **others))


def test_sentences_tell_what_readers_of_a_file_need() -> None:
    """Whether it is a sum, stands in for a period, compares like with like; nothing more."""
    assert (read("value in the data").kind, read(SUM).kind) == ("value", "total")
    assert read("value in the data").derivation is UNKNOWN
    last = read("value in the data; last period with a value").derivation
    assert last.stand_in == StandIn("", "last")
    note = "2021 minus 2015; only what has a value in both periods, without Wind (MT)"
    change = read(note, kind="change", metric="Generation change")
    assert change.derivation.is_like_for_like
    assert change.kind == "change"


def earlier_run(folder: Path, *facts: dict[str, Any]) -> Path:
    """A run folder whose evidence and record of a section are of the earlier version."""
    save_run(folder, Section(NAME, facts=(make_fact(),)))
    path = folder / "evidence" / f"{NAME}.json"
    body = orjson.loads(path.read_bytes())
    kept = {key: body[key] for key in ("section", "id", "place", "gaps", "origins")}
    path.write_bytes(orjson.dumps(kept | {"facts": facts}))
    return folder


def test_earlier_evidence_is_compared_by_its_facts(tmp_path: Path) -> None:
    """A cell that differs is told with its row; facts that nobody holds any more are not gone."""
    old = earlier_run(
        tmp_path / "old",
        body_of(1, "value in the data"),
        body_of(2, "value in the data", place="Malta", role="neighbour", value=1.0),
    )
    new = save_run(tmp_path / "new", Section(NAME, facts=(make_fact(value=7.0),)))
    path = new / "evidence" / f"{NAME}.json"
    path.write_bytes(path.read_bytes().replace(b'"extent":"all"', b'"extent":"selected"'))
    found = compare(old, new)
    assert [change.fact.source for change in found.data] == ["etm.csv: 2"]
    [cause] = found.sections[0].causes
    told = "Wind/2021/Austria 6.48 → 7.00\xa0TWh (Generation)"
    assert [str(fact) for fact in cause.facts] == [told]


def test_other_form_of_the_evidence_is_told_as_such(tmp_path: Path) -> None:
    """It is not said that figures are derived otherwise when only their file is another."""
    old = earlier_run(tmp_path / "old", body_of(1, "value in the data"))
    new = save_run(tmp_path / "new", Section(NAME, facts=(make_fact(),), parts={"writer": "b"}))
    record = RunFolder(path=new, slug="a-report").read_record(NAME)
    assert record is not None
    parts = {**record.key_parts, "evidence": "f" * 64}
    changed = record.model_copy(update={"key_parts": parts, "evidence_id": "f" * 64, "key": "f"})
    RunFolder(path=new, slug="a-report").save_record(changed)
    path = new / "evidence" / f"{NAME}.json"
    path.write_bytes(path.read_bytes().replace(record.evidence_id.encode(), b"f" * 64))
    causes = compare(old, new).sections[0].causes
    assert causes[0].words == "evidence: an earlier version of Factbook kept it in another form"


@pytest.mark.parametrize("name", ["facts", "meant"])
def test_earlier_edits_keep_what_they_were_made_against(name: str) -> None:
    """The file beside an edit of version 1 is read as it was meant."""
    body = {
        "version": 1,
        "section_id": NAME,
        "sha256": "a",
        "evidence_id": "e",
        name: [body_of(1, "", sources=[])],
    }
    basis = Basis.model_validate_json(orjson.dumps(body))
    [fact] = getattr(basis, name)
    assert fact == make_fact(derivation=UNKNOWN, sources=())
    assert Basis.model_validate_json(basis.model_dump_json()) == basis


def test_record_keeps_of_derivations_what_its_readers_need(tmp_path: Path) -> None:
    """Nothing where nothing is known; a record that is read again is the same."""
    run = save_run(tmp_path / "run", Section(NAME, others={"facts": (make_fact(),)}))
    record = RunFolder(path=run, slug="a-report").read_record(NAME)
    assert isinstance(record, SectionRecord)
    assert record.facts == (make_fact(),)
    assert "derivation" not in record.sealed()["facts"][0]
