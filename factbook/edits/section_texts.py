"""Texts that people keep for sections in the project: ``edits/`` and ``notes/``, a file each."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from factbook.errors import Finding, StoppedError
from factbook.files.durable import write_durably
from factbook.files.entries import Owners, strange
from factbook.files.file_names import file_name
from factbook.files.regular_files import read_regular

MOST_CHARACTERS = 32_767
"""As many as a cell of a workbook holds, so that every text can stand in one."""

MOST_BYTES = 1_000_000
"""A file with more is not read at all: no text of so many characters needs as many."""

_BESIDE = {".json"}
"""Suffixes of files that stand beside texts."""

_PLACES_NAMED = 10


@dataclass(frozen=True)
class SectionTexts:
    """The texts of one folder.

    Attributes:
        texts: Section id → text, line ends as line feeds, without blanks at either end.
        findings: What is wrong with its files.
    """

    texts: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


def text_path(folder: Path, section_id: str, suffix: str = ".md") -> Path:
    """Where a section's text stands in a folder."""
    return folder / f"{file_name(section_id)}{suffix}"


def save_section_text(path: Path, content: bytes) -> None:
    """Write a file of the folder, which is made when it is not there; a power cut keeps it.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, content)
    except OSError as error:
        raise StoppedError(
            f"{path} cannot be written: {error.strerror}. Free disk space or correct the "
            "permissions of the project folder, then run the same command again"
        ) from None


def read_section_texts(folder: Path, what: str, section_ids: Iterable[str]) -> SectionTexts:
    """Read all texts of a folder; there need be none.

    Args:
        folder: ``edits`` or ``notes`` of a project.
        what: What one of its texts is called: ``edit``, ``note``.
        section_ids: All sections of the report.
    """
    by_name = {text_path(folder, section_id).name: section_id for section_id in section_ids}
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    unsafe = strange(folder, Owners.of(folder.parent), f"{what}.unsafe", "the folder")
    if unsafe is not None:
        return SectionTexts({}, (unsafe.model_copy(update={"file": folder.name}),))
    for path in sorted(folder.glob("[!.]*")):
        if path.suffix != ".md":
            if path.suffix not in _BESIDE and path.is_file() and not path.name.endswith("~"):
                findings.append(_of_no_use(path, what))
            continue
        section_id = by_name.get(path.name)
        if section_id is None:
            findings.append(_of_no_section(path, what, by_name))
            continue
        text, problem = _read(path)
        if problem is None:
            texts[section_id] = text
        else:
            findings.append(problem.model_copy(update={"code": f"{what}.{problem.code}"}))
    return SectionTexts(texts, tuple(findings))


def unknown_section(option: str, section_id: str, known: Iterable[str]) -> Finding:
    """What is said of an option that names no section.

    Args:
        option: ``--rewrite``.
        section_id: What it names.
        known: All sections of the report.
    """
    every = list(known)
    near = _slip_of(section_id, every)
    return Finding(
        severity="error",
        code="config.no-section",
        message=f"{option} names '{section_id}', which is not a section of the report",
        allowed=_places(section_id, every),
        remedy=f"Did you mean '{near}'?" if near else "run.json lists all sections",
    )


def _read(path: Path) -> tuple[str, Finding | None]:
    """The text of a file, or what is wrong with it."""
    allowed = f"at most {MOST_CHARACTERS:,} characters"
    try:
        text = read_regular(path, MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", _error(path, "not-utf-8", f"byte {error.start + 1} of it is not UTF-8", "UTF-8")
    except OSError as error:
        if error.errno == errno.EFBIG:
            return "", _error(path, "too-long", str(error.strerror), allowed)
        return "", _error(path, "unreadable", f"it cannot be read: {error.strerror}", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return "", _error(path, "empty", "it is empty", "a text")
    if len(text) > MOST_CHARACTERS:
        return "", _error(path, "too-long", f"it has {len(text):,} characters", allowed)
    return text, None


def _error(path: Path, code: str, message: str, allowed: str) -> Finding:
    return Finding(
        severity="error",
        code=code,
        message=message,
        file=_name(path),
        allowed=allowed,
        remedy="Correct the file, or remove it",
    )


def _of_no_section(path: Path, what: str, by_name: Mapping[str, str]) -> Finding:
    known = [name.removesuffix(".md") for name in by_name]
    near = _slip_of(path.stem, known)
    renamed = f"Rename it to {near}.md" if near else "Name it as the section's id"
    return Finding(
        severity="warning",
        code=f"{what}.no-section",
        message=f"this {what} is of no section of the report, and is not used",
        file=_name(path),
        allowed=_places(path.stem, known),
        remedy=f"{renamed}, or remove it",
    )


def _of_no_use(path: Path, what: str) -> Finding:
    return Finding(
        severity="warning",
        code=f"{what}.not-markdown",
        message=f"this file is not used: the name of each {what} ends in .md",
        file=_name(path),
        remedy=f"Rename it to {path.stem}.md, or remove it",
    )


def _slip_of(name: str, known: Iterable[str]) -> str:
    """The known name that differs in the case of letters, or by one slip; empty without one.

    Names that are merely alike are no help: a text that moves to another section does harm.
    """
    every = list(known)
    alike = [one for one in every if one.casefold() == name.casefold()]
    slips = alike or [one for one in every if _is_one_slip(name, one)]
    return slips[0] if slips else ""


def _is_one_slip(one: str, other: str) -> bool:
    """Whether two names differ by a letter that is another, too many or missing, or by a swap."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])


def _places(name: str, known: Iterable[str]) -> str:
    """The sections of the sub-task that a name begins with; empty when there is none."""
    sub_task = name.rpartition("@")[0]
    found = [one for one in known if sub_task and one.rpartition("@")[0] == sub_task]
    more = f" and {len(found) - _PLACES_NAMED} more" if len(found) > _PLACES_NAMED else ""
    return ", ".join(found[:_PLACES_NAMED]) + more


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
