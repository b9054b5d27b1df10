"""JSON Schemas of what other programs may read of a run folder, made from its models.

``python -m factbook.folder.schemas docs/schemas`` (``make schemas``) writes them; a test compares.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel

from factbook.folder.evidence_file import EvidenceForm
from factbook.folder.manifest import Manifest
from factbook.writing.record import SealedRecord

_MODELS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "run.schema.json": ("run.json", Manifest),
    "record.schema.json": ("records/<section id>.json", SealedRecord),
    "evidence.schema.json": ("evidence/<section id>.json", EvidenceForm),
}


def json_schemas() -> dict[str, bytes]:
    """File name → JSON Schema of the files of a run folder, as they are written and read."""
    return {name: _schema(title, model) for name, (title, model) in _MODELS.items()}


def _schema(title: str, model: type[BaseModel]) -> bytes:
    body = _without_titles(model.model_json_schema(mode="serialization"))
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **body, "title": title}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _without_titles(schema: Any) -> Any:
    """A schema without the titles that Pydantic makes of the names."""
    if isinstance(schema, list):
        return [_without_titles(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value)
        for key, value in schema.items()
        if key != "title" or isinstance(value, dict)  # a property may have that name
    }


def main() -> None:
    """Write the schemas into a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the schemas stand, such as docs/schemas")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in json_schemas().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
