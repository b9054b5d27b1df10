"""Run folders made by hand, to be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from factbook.evidence.facts import Fact
from factbook.folder.run_folder import RunFolder
from factbook.writing.keys import evidence_id
from factbook.writing.record import digest
from tests.manifests import save_manifest
from tests.sections import make_evidence, make_fact, make_record


@dataclass(frozen=True)
class Section:
    """A section of a run that is made by hand.

    Attributes:
        section_id: Its id.
        facts: Its evidence.
        text: Its source text.
        parts: Parts of its key, besides that of the evidence.
        title, chapter, place: As in the manifest.
        others: Other fields of the record.
    """

    section_id: str
    facts: tuple[Fact, ...] = (make_fact(),)
    text: str = "Wind gave {F1}."
    parts: Mapping[str, str] = field(default_factory=dict)
    title: str = "Wind"
    chapter: str = "1"
    place: str = "Austria"
    others: Mapping[str, Any] = field(default_factory=dict)


def save_run(path: Path, *sections: Section, **manifest: Any) -> Path:
    """Write a run folder.

    Args:
        path: The folder.
        sections: What the report consists of.
        manifest: Other values of the manifest.
    """
    folder = RunFolder(path=path, slug="a-report")
    folder.create()
    for one in sections:
        evidence = make_evidence(*one.facts, section_id=one.section_id)
        parts = {**one.parts, "evidence": evidence_id(evidence)}
        values: dict[str, Any] = {
            "facts": one.facts,
            "figures": (),
            "key_parts": parts,
            "key": digest(parts),
            "evidence_id": parts["evidence"],
        }
        record = make_record(one.section_id, source_text=one.text, **(values | {**one.others}))
        folder.write_evidence(evidence, parts["evidence"])
        folder.save_record(record)
    told = {
        one.section_id: {
            "chapter": one.chapter,
            "title": one.title,
            "place": one.place,
            "status": one.others.get("status", "written"),
        }
        for one in sections
    }
    save_manifest(path, **{"checks": {"supported": len(sections)}, "sections": told, **manifest})
    return path
