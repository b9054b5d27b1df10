"""Edits: texts of people that stand in for the writer's, kept in the project."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from factbook.errors import Finding
from factbook.evidence.facts import Evidence, Fact
from factbook.llm.chat import Source
from factbook.runs.section_texts import read_section_texts, save_section_text, text_path

EDITS = "edits"
"""Folder of a project that holds ``<section id>.md`` and, of adopted ones, ``.json``."""

SET_ASIDE = "set-aside"


class Basis(BaseModel):
    """What an edit was made against: the file beside the edit, written by `factbook adopt`.

    Attributes:
        section_id: The section.
        sha256: SHA-256 of the edit's text. An edit that was changed afterwards has another one:
            then its references still mean these facts, but it counts as made anew.
        evidence_id: The evidence.
        facts: Its facts, without where they come from.
        gaps: What it did not hold.
        is_whole: Whether `facts` are all of the evidence.
        sources: What the text may cite.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section_id: str
    sha256: str
    evidence_id: str
    facts: tuple[Fact, ...] = ()
    gaps: tuple[str, ...] = ()
    is_whole: bool = True
    sources: tuple[Source, ...] = ()

    @classmethod
    def of(cls, evidence: Evidence, evidence_id: str, text: str) -> Basis:
        """What an edit is made against today.

        Args:
            evidence: The section's evidence.
            evidence_id: SHA-256 of what it says.
            text: The edit's text.
        """
        return cls(
            section_id=evidence.section_id,
            sha256=text_digest(text),
            evidence_id=evidence_id,
            facts=tuple(replace(fact, sources=(), derivation="") for fact in evidence.facts),
            gaps=evidence.gaps,
        )


@dataclass(frozen=True)
class Edit:
    """A person's text of a section.

    Attributes:
        section_id: The section.
        text: The text; it may refer to facts.
        basis: What the file beside it says that it was made against; None without one.
    """

    section_id: str
    text: str
    basis: Basis | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of the text."""
        return text_digest(self.text)

    @property
    def key(self) -> str:
        """SHA-256 of the text and of what it was made against."""
        body = self.basis.model_dump_json() if self.basis else ""
        return text_digest(f"{self.sha256} {body}")


@dataclass(frozen=True)
class Edits:
    """The edits of a project.

    Attributes:
        by_section: Section id → edit.
        findings: What is wrong with their files.
    """

    by_section: Mapping[str, Edit] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @classmethod
    def read(cls, project_folder: Path, section_ids: Iterable[str]) -> Edits:
        """The edits in ``edits/``.

        Args:
            project_folder: The project.
            section_ids: All sections of the report.
        """
        folder = project_folder / EDITS
        found = read_section_texts(folder, "edit", section_ids)
        edits: dict[str, Edit] = {}
        findings = list(found.findings)
        for section_id, text in found.texts.items():
            basis, problem = _read_basis(text_path(folder, section_id, ".json"), section_id)
            edits[section_id] = Edit(section_id, text, basis)
            findings += problem
        return cls(edits, tuple(findings))

    def of(self, section_id: str) -> Edit | None:
        """The edit of a section; None when there is none."""
        return self.by_section.get(section_id)


def write_edit(project_folder: Path, text: str, basis: Basis) -> Path:
    """Write an edit and what it was made against; return where the edit stands.

    Args:
        project_folder: The project.
        text: The edit's text.
        basis: What it was made against.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    folder = project_folder / EDITS
    path = text_path(folder, basis.section_id)
    body = orjson.dumps(basis.model_dump(mode="json"), option=orjson.OPT_INDENT_2)
    # The text last: until it stands there, the basis is of another text, which changes nothing
    # but that the older edit counts as made anew.
    save_section_text(text_path(folder, basis.section_id, ".json"), body + b"\n")
    save_section_text(path, f"{text.strip()}\n".encode())
    return path


def set_aside(folder: Path, section_id: str) -> list[Path]:
    """Move an edit to ``set-aside/``, where it stands in for nothing; return where it is now.

    Args:
        folder: ``edits`` of a project.
        section_id: The section; it need not have an edit.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    moved = []
    target = folder / SET_ASIDE
    for suffix in (".md", ".json"):
        path = text_path(folder, section_id, suffix)
        with suppress(FileNotFoundError):
            content = path.read_bytes()
            free = text_path(target, section_id, suffix)
            number = 1
            while free.exists():
                number += 1
                free = free.with_name(f"{path.stem} ({number}){suffix}")
            save_section_text(free, content)
            path.unlink()
            moved.append(free)
    return [path for path in moved if path.suffix == ".md"]


def text_digest(text: str) -> str:
    """SHA-256 of an edit's text; blanks at its ends do not count."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def _read_basis(path: Path, section_id: str) -> tuple[Basis | None, list[Finding]]:
    """What stands beside an edit, and what is wrong with it; there need be nothing."""
    try:
        basis = Basis.model_validate_json(path.read_bytes())
        if basis.section_id == section_id:
            return basis, []
        why = f"it is of section {basis.section_id}"
    except FileNotFoundError:
        return None, []
    except OSError as error:
        why = str(error.strerror)
    except ValidationError:
        why = "it is damaged"
    return None, [
        Finding(
            severity="warning",
            code="edit.basis",
            message=f"what the edit was made against cannot be read: {why}",
            file=f"{path.parent.name}/{path.name}",
            remedy="Adopt the edit again, or remove the file: the edit then counts as written "
            "against today's data",
        )
    ]
