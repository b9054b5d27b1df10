"""The JSON Schemas in docs/schemas: those of the models, and true of what is written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from factbook.data.series import SourceRows
from factbook.folder import schemas
from factbook.folder.run_folder import RunFolder
from factbook.folder.schemas import json_schemas
from factbook.llm.chat import CallCount, Source
from factbook.writing.record import EditState
from tests.manifests import manifest_body
from tests.sections import make_evidence, make_fact, make_record

DOCS = Path(__file__).parents[2] / "docs" / "schemas"


def problems(name: str, body: object) -> list[str]:
    """What a schema has against a JSON value."""
    validator: Any = Draft202012Validator(orjson.loads((DOCS / name).read_bytes()))
    return [error.message for error in validator.iter_errors(body)]


def test_schemas_are_those_of_the_models() -> None:
    """`make schemas` writes them again."""
    assert {path.name: path.read_bytes() for path in DOCS.iterdir()} == json_schemas()


def test_schemas_are_written_into_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `make schemas` asks."""
    monkeypatch.setattr(sys, "argv", ["schemas", str(tmp_path / "new")])
    schemas.main()
    made = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    assert made == json_schemas()


@pytest.mark.parametrize("name", sorted(json_schemas()))
def test_schema_is_one(name: str) -> None:
    """Of the draft that it names."""
    body = orjson.loads((DOCS / name).read_bytes())
    assert body["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(body)


def test_files_keep_their_schemas(tmp_path: Path) -> None:
    """A manifest, a record with an edit, and evidence with all that a fact has."""
    folder = RunFolder.of(tmp_path, "report")
    folder.create()
    fact = make_fact(kind="rank", among=27, sources=(SourceRows("etm.csv", (2, 3)),))
    folder.write_evidence(make_evidence(fact, origins={"ETM": "Ember"}), "id")
    folder.save_record(
        make_record(
            edit=EditState(sha256="a", evidence_id="b", facts=(fact,)),
            sources=(Source(title="Statistics", url="https://example.org/a"),),
            calls=CallCount(made=1, cost_usd=0.5),
        )
    )
    for kind in ("record", "evidence"):
        [path] = (tmp_path / "report" / kind.replace("record", "records")).iterdir()
        body = orjson.loads(path.read_bytes())
        assert problems(f"{kind}.schema.json", body) == []
        del body["schema_version"]  # as version 1 has written them
        assert problems(f"{kind}.schema.json", body) == []
        assert problems(f"{kind}.schema.json", body | {"mood": "cheerful"}) != []
    body = manifest_body(sections={"1.1.1@AT": {"status": "edited"}})
    assert problems("run.schema.json", body) == []
    assert problems("run.schema.json", manifest_body(sections={"1.1.1@AT": {"key": 7}})) != []
