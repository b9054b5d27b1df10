"""run.json: one model, of this version and of those before; a sentence for all else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from factbook.errors import ConfigError
from factbook.files.schema_version import OLDEST_READ, SCHEMA_VERSION
from factbook.folder.manifest import MANIFEST, Manifest, ManifestError
from factbook.llm.chat import CallCount
from factbook.llm.periods import EndEntry
from tests.manifests import made_manifest, manifest_body, manifest_in, save_manifest

ADDED_SINCE = ("is_selection", "headings", "key_messages")
"""What manifests of version 1 may lack."""

ADDED_TO_SECTIONS_SINCE = ("title", "is_selected", "marks", "edit", "calls", "text", "titles")


def put(folder: Path, body: object) -> None:
    """Write JSON where the manifest stands."""
    (folder / MANIFEST).write_bytes(orjson.dumps(body))


def refusal(folder: Path) -> ManifestError:
    """With what the manifest of a folder is refused; it is no error to a lenient reader."""
    assert Manifest.read_if_sound(folder) is None
    with pytest.raises(ManifestError) as caught:
        Manifest.read(folder)
    [finding] = caught.value.findings
    assert (finding.message, finding.file) == (caught.value.message, str(folder))
    return caught.value


def test_folder_without_a_manifest_has_none(tmp_path: Path) -> None:
    """As before the first run; nor has a file in the folder's place."""
    assert Manifest.read(tmp_path) is None
    assert Manifest.read(tmp_path / "gone") is None
    (tmp_path / "file").touch()
    assert Manifest.read(tmp_path / "file") is None


def test_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """The same keys in the same order, readable by a person."""
    rows = [{"file": "etm.csv", "rows": [3, 4]}]
    cleaning = {"kind": "gaps", "table": "ETM", "count": 2, "rows": rows, "sentence": "2 gaps"}
    edit = {"sha256": "a", "evidence": "b", "outdated": True, "changes": ["Solar: 1 → 2 TWh"]}
    told = {"edit": {**edit, "writer_text": "Now.", "writer_reason": ""}, "marks": ["a mark"]}
    body = manifest_body(
        sections={"1.1.1@AT": told, "1.1.1@FR": {"status": "missing"}},
        cleanings=[cleaning],
        config={"limits": {"budget_usd": None}, "outputs": ["md"]},
        files=["a.md", MANIFEST],
    )
    put(tmp_path, body)
    manifest = manifest_in(tmp_path)
    assert manifest.values() == body
    assert list(manifest.values()) == list(body)
    content = orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    assert manifest.to_bytes() == content


def test_calls_of_an_offline_run_tell_three_things_and_others_more() -> None:
    """These three come first in both."""
    offline = {"made": 0, "cached": 0, "cost_usd": 0.0}
    assert list(made_manifest().values()["calls"].items()) == list(offline.items())
    end = {"run": "r", "exit_code": 1}
    calls = {"made": 2, "attempts": 3, "by_model": {"m": offline}, "this_run": offline, "end": end}
    manifest = made_manifest(calls=calls)
    assert manifest.calls.end == EndEntry(run="r", exit_code=1)
    told = manifest.values()["calls"]
    assert told == {**offline, **calls}
    assert list(told)[:3] == list(offline)


def test_outcome_tells_of_a_review_only_where_there_is_one() -> None:
    """Neither it nor what an approval is to fail on."""
    assert set(made_manifest().values()["outcome"]) == {"state", "exit_code", "message"}
    waiting = {"state": "AwaitingApproval", "review": "abc", "fail_on_change": True}
    outcome = made_manifest(outcome=waiting).values()["outcome"]
    assert (outcome["review"], outcome["fail_on_change"]) == ("abc", True)


def test_manifest_of_version_1_is_read(tmp_path: Path) -> None:
    """What it lacks says nothing: a whole report, of which all was selected."""
    body = manifest_body(schema_version=1, sections={"1.1.1@AT": {}})
    for name in ADDED_SINCE:
        del body[name]
    for name in ADDED_TO_SECTIONS_SINCE:
        del body["sections"]["1.1.1@AT"][name]
    put(tmp_path, body)
    manifest = manifest_in(tmp_path)
    assert (manifest.schema_version, manifest.is_selection, manifest.headings) == (1, False, {})
    section = manifest.sections["1.1.1@AT"]
    assert (section.is_selected, section.title, section.marks) == (True, "", ())
    assert (section.edit, section.text, section.titles) == (None, "", "")
    assert section.calls == CallCount()


@pytest.mark.parametrize(
    ("version", "kind", "whose"), [(99, "newer", "a newer"), (0, "older", "an older")]
)
def test_other_versions_are_refused_in_a_sentence(
    tmp_path: Path, version: int, kind: str, whose: str
) -> None:
    """Whatever else they hold: the version found, those that are read, and what to do."""
    put(tmp_path, {"schema_version": version, "moods": 3})
    error = refusal(tmp_path)
    assert (error.kind, error.version) == (kind, version)
    read = f"(schema {version}; this one reads {OLDEST_READ} to {SCHEMA_VERSION})"
    assert error.message == f"{whose} version of Factbook has written it {read}"
    assert error.remedy
    assert isinstance(error, ConfigError)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "site"},
        {"schema_version": "x", "sections": {}},
        {"schema_version": True, "sections": {}},
    ],
)
def test_manifest_of_another_program_is_known(tmp_path: Path, body: dict[str, Any]) -> None:
    """It has no version, or no sections."""
    put(tmp_path, body)
    assert refusal(tmp_path).kind == "foreign"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b"\xff", b"\x00" * 9])
def test_damaged_manifest_is_no_missing_one(tmp_path: Path, content: bytes) -> None:
    """Whoever would lose something learns of it."""
    (tmp_path / MANIFEST).write_bytes(content)
    error = refusal(tmp_path)
    assert error.kind == "damaged"
    assert error.message.startswith("its run.json ")


def test_manifest_that_is_a_folder_is_damaged(tmp_path: Path) -> None:
    """It says what stands there."""
    (tmp_path / MANIFEST).mkdir()
    message = refusal(tmp_path).message
    assert message == "its run.json cannot be read: it is a folder, not a regular file"


def test_damaged_value_is_named(tmp_path: Path) -> None:
    """The first by its way in the file, the others counted."""
    save_manifest(tmp_path, sections={"1.1.1@AT": {}})
    body = orjson.loads((tmp_path / MANIFEST).read_bytes())
    body["sections"]["1.1.1@AT"]["status"] = "pondered"
    body["mood"] = "cheerful"
    put(tmp_path, body)
    message = refusal(tmp_path).message
    assert message.startswith("its run.json is damaged: sections → 1.1.1@AT → status: ")
    assert message.endswith(", and 1 other problem")
