"""The error tree, and the findings that user errors carry.

::

    FactbookError
    ├── UserError            what the user must mend; exit 2, nothing was called
    │   ├── ConfigError      project.toml, --set, ProjectConfig
    │   ├── SheetError       the prompt sheet
    │   └── DataError        the tables
    └── RunError             what happened while running
        ├── StoppedError     the run ended early and can be resumed; exit 3
        ├── CancelledError   interrupted by a person; exit 130
        ├── ProjectBusyError another run holds the project; exit 0, Skipped
        └── WriterError      one section's text could not be had
            ├── ModelUnavailableError   the section degrades to the offline text
            └── RefusedError            a content filter refused the section

A reader never raises on the first problem: it collects `Finding` objects and
raises one `UserError` that carries them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["error", "warning"]


class Finding(BaseModel):
    """One thing wrong with an input: what, where, the value, what is allowed, the remedy.

    Attributes:
        severity: ``error`` (would give a wrong or missing figure, text or id; exit 2) or
            ``warning`` (listed; the run goes on).
        code: Stable machine name, ``<input>.<what>``: ``sheet.missing-column``.
        message: One sentence without a full stop: what is wrong, the value found included.
        file: Path or name of the file, as the user wrote it.
        sheet: Sheet of a workbook.
        cells: Cells as Excel names them (``D2``), or row numbers as a person counts them.
        allowed: What is allowed there.
        remedy: What to do about it, one sentence without a full stop.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    severity: Severity
    code: str
    message: str
    file: str = ""
    sheet: str = ""
    cells: tuple[str, ...] = ()
    allowed: str = ""
    remedy: str = ""

    @property
    def where(self) -> str:
        """File, sheet and cells in one phrase; at most six cells are named."""
        cells = ", ".join(self.cells[:6])
        if len(self.cells) > 6:
            cells += f" and {len(self.cells) - 6} more"
        sheet = f"sheet '{self.sheet}'" if self.sheet else ""
        return ", ".join(part for part in (self.file, sheet, cells) if part)

    def __str__(self) -> str:
        """The finding as one line for a terminal."""
        where = f"{self.where}: " if self.where else ""
        allowed = f" Allowed: {self.allowed}." if self.allowed else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        if remedy and remedy[-1] not in ".?!":
            remedy += "."
        return _printable(f"{where}{self.message}.{allowed}{remedy}")


def _printable(text: str) -> str:
    """Text of an input as a terminal may show it: control characters are written out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or an empty string when none is alike."""
    by_fold = {name.casefold(): name for name in known}
    found = get_close_matches(word.strip().casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""


class FactbookError(Exception):
    """Base of all errors that Factbook raises on purpose."""


class UserError(FactbookError):
    """Input that its user must mend. Carries every finding, errors and warnings."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class ConfigError(UserError):
    """A problem of project.toml, of ``--set`` or of a ProjectConfig."""


class SheetError(UserError):
    """A problem of the prompt sheet."""


class DataError(UserError):
    """A problem of the data."""


class RunError(FactbookError):
    """Something that happened while running."""


class StoppedError(RunError):
    """The run ended early and can be resumed: key, quota, disk, a service that is away."""


class CancelledError(RunError):
    """A person interrupted the run; it can be resumed."""


class ProjectBusyError(RunError):
    """Another run is working on the project."""


class WriterError(RunError):
    """The text of one section could not be had."""


class ModelUnavailableError(WriterError):
    """The model could not be had: the section degrades to the offline writer's text."""


class RefusedError(WriterError):
    """A content filter refused the section."""
