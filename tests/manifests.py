"""Manifests that several tests are about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from factbook.files.atomic import write_atomically
from factbook.files.schema_version import SCHEMA_VERSION
from factbook.folder.manifest import MANIFEST, Manifest

_ENTRY: Mapping[str, Any] = {
    "chapter": "1",
    "title": "Wind",
    "place": "Austria",
    "status": "written",
    "is_selected": True,
    "key": "",
    "key_parts": {},
    "evidence": "",
    "writer": {},
    "reason": "",
    "marks": [],
    "edit": None,
    "calls": {
        "made": 0,
        "cached": 0,
        "usage": {"input_tokens": 0, "output_tokens": 0},
        "cost_usd": 0.0,
        "waited_seconds": 0.0,
    },
    "text": "",
    "titles": "",
}
"""A section of a manifest."""


def manifest_body(**others: Any) -> dict[str, Any]:
    """A manifest as JSON values: of a run without a section, but for some things.

    Args:
        others: Values of the manifest; of outcome, calls, times and each section those that matter.
    """
    body: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "project": "A report",
        "slug": "a-report",
        "is_selection": False,
        "outcome": {"state": "Completed", "exit_code": 0, "message": ""},
        "config": {},
        "versions": {},
        "sections_by_status": {},
        "checks": {},
        "calls": {"made": 0, "cached": 0, "cost_usd": 0.0},
        "findings": [],
        "cleanings": [],
        "inputs": [],
        "headings": {},
        "key_messages": {},
        "sections": {},
        "files": [],
        "times": {
            "started": "2026-05-01T09:59:00.000+00:00",
            "finished": "2026-05-01T10:00:00.000+00:00",
            "elapsed_seconds": 60.0,
            "process_seconds": 61.0,
            "cpu_seconds": 5.0,
            "peak_memory_mb": 100.0,
            "sequential_seconds": 90.0,
            "section_seconds": {},
        },
    }
    merged = {
        name: {**body[name], **others.pop(name, {})} for name in ("outcome", "calls", "times")
    }
    sections = {name: {**_ENTRY, **told} for name, told in others.pop("sections", {}).items()}
    return {**body, **merged, "sections": sections, **others}


def made_manifest(**others: Any) -> Manifest:
    """A manifest; see `manifest_body`."""
    return Manifest.model_validate_json(orjson.dumps(manifest_body(**others)))


def save_manifest(folder: Path, **others: Any) -> Manifest:
    """Write a manifest into a run folder; see `manifest_body`."""
    manifest = made_manifest(**others)
    write_atomically(folder / MANIFEST, manifest.to_bytes())
    return manifest


def manifest_in(folder: Path) -> Manifest:
    """The manifest that stands in a run folder."""
    found = Manifest.read(folder)
    assert found is not None
    return found
