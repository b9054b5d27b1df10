"""Edits: texts of people that replace the writer's, kept in the project."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import quote

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from factbook.edits.section_texts import read_section_texts, save_section_text, text_path
from factbook.errors import Finding, StoppedError
from factbook.evidence.derivation import UNKNOWN
from factbook.evidence.facts import Evidence, Fact, StoredFact
from factbook.evidence.references import references
from factbook.files.regular_files import is_regular, read_regular, remove
from factbook.llm.chat import Source

EDITS = "edits"
"""Folder of a project that holds ``<section id>.md``, and beside each a ``.json``."""

SET_ASIDE = "set-aside"

_SUFFIXES = (".md", ".json")

_HEADLINE = re.compile(r"#(?:[ \t]+([^\n]*))?(?:\n|\Z)")
"""The headline of an edit: its first line when that is a heading of the highest level."""

MOST_BASIS_BYTES = 10_000_000
"""Most bytes of what stands beside an edit; that of all facts of a section has a tenth."""

BASIS_VERSION = 2
"""Version of what the file beside an edit looks like; 1, which held more, is read as well."""


log = logging.getLogger("factbook")


class Basis(BaseModel):
    """What an edit was made against: the file beside the edit.

    `factbook adopt` writes it, else the first run that uses the edit.

    Attributes:
        version: Version of this form.
        section_id: The section.
        sha256: SHA-256 of the edit's text. An edit that was changed afterwards has another one:
            it counts as new, but its references still mean what they did.
        evidence_id: The evidence.
        facts: Its facts, without where they come from.
        gaps: What it did not hold.
        is_whole: Whether `facts` are all of the evidence.
        is_known: Whether `evidence_id` is what the author saw; else that is not known any more.
        meant: The facts that the text refers to, by the ids that it gives them.
        sources: What the text may cite.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(default=BASIS_VERSION, ge=1, le=BASIS_VERSION)
    section_id: str
    sha256: str
    evidence_id: str
    facts: tuple[StoredFact, ...] = ()
    gaps: tuple[str, ...] = ()
    is_whole: bool = True
    is_known: bool = True
    meant: tuple[StoredFact, ...] = ()
    sources: tuple[Source, ...] = ()

    @classmethod
    def of(cls, evidence: Evidence, evidence_id: str, text: str) -> Basis:
        """What an edit is made against today.

        Args:
            evidence: The section's evidence.
            evidence_id: SHA-256 of what it says.
            text: The edit's text.
        """
        facts = bare(evidence.facts)
        return cls(
            section_id=evidence.section_id,
            sha256=text_digest(text),
            evidence_id=evidence_id,
            facts=facts,
            gaps=evidence.gap_sentences,
            is_whole=evidence.extent == "all",
            meant=referred(text, facts),
        )


@dataclass(frozen=True)
class Edit:
    """A person's text of a section.

    Attributes:
        section_id: The section.
        text: The text with its headline, as `with_headline` puts them together; it may refer to
            facts.
        basis: What the file beside it says that it was made against; None without one.
        is_basis_readable: Whether that file can be read, or is not there.
    """

    section_id: str
    text: str
    basis: Basis | None = None
    is_basis_readable: bool = field(default=True, compare=False)

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
            basis, why = _read_basis(text_path(folder, section_id, ".json"), section_id)
            edits[section_id] = Edit(section_id, text, basis, is_basis_readable=not why)
            if not without_headline(text)[1]:
                findings.append(_only_headline(section_id))
            if why:
                findings.append(_bad_basis(section_id, why, has_references=bool(references(text))))
        return cls(edits, tuple(findings))

    def of(self, section_id: str) -> Edit | None:
        """The edit of a section; None when there is none."""
        return self.by_section.get(section_id)

    def note(self, project_folder: Path, edit: Edit) -> None:
        """Write down what an edit was made against, unless that stands beside it.

        So it is known whatever happens to the run folder. What cannot be read is left alone. A
        project that cannot be written to is not an obstacle: the section's record has it too.

        Args:
            project_folder: The project.
            edit: The edit with what it was made against.
        """
        found = self.by_section[edit.section_id]
        if edit.basis is None or edit.basis == found.basis or not found.is_basis_readable:
            return
        try:
            write_basis(project_folder, edit.basis)
        except StoppedError as error:
            log.warning("What the edit was made against is not noted in the project: %s", error)


def with_headline(headline: str, text: str) -> str:
    """An edit as its file holds it: the headline as a heading in the first line, then the text.

    Args:
        headline: The headline; empty for none.
        text: The text.
    """
    headline = " ".join(filter(None, map(str.strip, headline.splitlines())))
    is_needed = headline or _HEADLINE.match(text)
    return f"{f'# {headline}'.rstrip()}\n\n{text}" if is_needed else text


def without_headline(edit: str) -> tuple[str, str]:
    """The headline, empty for none, and the text of an edit as its file holds it."""
    found = _HEADLINE.match(edit)
    if found is None:
        return "", edit
    return (found.group(1) or "").strip(), edit[found.end() :].strip()


def write_edit(project_folder: Path, text: str, basis: Basis) -> Path:
    """Write an edit and what it was made against; return where the edit stands.

    Args:
        project_folder: The project.
        text: The edit's text.
        basis: What it was made against.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    path = text_path(project_folder / EDITS, basis.section_id)
    # The text last: until it stands there, the basis is of another text, which changes nothing
    # but that the older edit counts as new.
    write_basis(project_folder, basis)
    save_section_text(path, f"{text.strip()}\n".encode())
    return path


def write_basis(project_folder: Path, basis: Basis) -> None:
    """Write what an edit was made against beside it.

    Args:
        project_folder: The project.
        basis: What it was made against.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    body = orjson.dumps(basis.model_dump(mode="json"), option=orjson.OPT_INDENT_2)
    save_section_text(text_path(project_folder / EDITS, basis.section_id, ".json"), body + b"\n")


def set_aside(folder: Path, section_id: str) -> list[Path]:
    """Move an edit to ``set-aside/``, where it replaces nothing.

    Args:
        folder: ``edits`` of a project.
        section_id: The section; it need not have an edit.

    Returns:
        Where the edit is now, and what it was made against.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    paths = [text_path(folder, section_id, suffix) for suffix in _SUFFIXES]
    content = {path: read_regular(path, MOST_BASIS_BYTES) for path in paths if is_regular(path)}
    if paths[0] not in content:
        return []
    moved = []
    stem = _free_stem(folder / SET_ASIDE, paths[0].stem)
    for path, body in content.items():
        target = folder / SET_ASIDE / f"{stem}{path.suffix}"
        save_section_text(target, body)
        remove(path)
        moved.append(target)
    return moved


def back_again(folder: Path, section_id: str, moved: Iterable[Path]) -> str:
    """The command for a shell that brings an edit back.

    Args:
        folder: ``edits`` of a project.
        section_id: The section.
        moved: From `set_aside`.
    """
    targets = {path: text_path(folder, section_id, path.suffix) for path in moved}
    return " && ".join(f"mv {quote(str(a))} {quote(str(b))}" for a, b in targets.items())


def _free_stem(folder: Path, stem: str) -> str:
    free, number = stem, 1
    while any((folder / f"{free}{suffix}").exists() for suffix in _SUFFIXES):
        number += 1
        free = f"{stem} ({number})"
    return free


def text_digest(text: str) -> str:
    """SHA-256 of an edit's text; blanks at its ends do not count."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def bare(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts without where they come from, as they stand beside an edit."""
    return tuple(replace(fact, sources=(), derivation=UNKNOWN) for fact in facts)


def referred(text: str, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts that a text refers to."""
    ids = set(references(text))
    return tuple(fact for fact in facts if fact.id in ids)


def _read_basis(path: Path, section_id: str) -> tuple[Basis | None, str]:
    """What stands beside an edit, or why that cannot be read; there need be nothing."""
    try:
        content = read_regular(path, MOST_BASIS_BYTES)
        body = orjson.loads(content)
        basis = Basis.model_validate_json(content)
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        return None, str(error.strerror)
    except orjson.JSONDecodeError:
        return None, "it is damaged"
    except ValidationError:
        version = body.get("version") if isinstance(body, dict) else None
        is_newer = isinstance(version, int) and version > BASIS_VERSION
        return None, "a newer version of Factbook has written it" if is_newer else "it is damaged"
    if basis.section_id != section_id:
        return None, f"it is of section {basis.section_id}"
    return basis, ""


def _only_headline(section_id: str) -> Finding:
    return Finding(
        severity="error",
        code="edit.empty",
        message="it has a headline and no text",
        file=text_path(Path(EDITS), section_id).as_posix(),
        allowed="a headline as '# …' in the first line, then the text",
        remedy="Write the text under it, or remove the file",
    )


def _bad_basis(section_id: str, why: str, *, has_references: bool) -> Finding:
    """What is said of a file beside an edit that cannot be read.

    Without it nobody knows which facts the references of the edit mean: by today's numbers they
    might show figures of something else.
    """
    path = text_path(Path(EDITS), section_id, ".json")
    return Finding(
        severity="error" if has_references else "warning",
        code="edit.basis",
        message=f"what the edit was made against cannot be read: {why}",
        file=path.as_posix(),
        remedy="Bring the file back, or remove it: the edit then counts as written against "
        f"today's data, and its references as those of evidence/{path.name}",
    )
