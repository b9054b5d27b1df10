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
        │   └── WaitingRunError        that run waits for a person's approval
        ├── ApprovalPendingError the report waits for a person's approval; exit 3
        ├── WriterError      one section's text could not be had
        │   ├── ModelUnavailableError   the section degrades to the offline text
        │   └── RefusedError            a content filter refused the section
        └── CallError        one attempt of a model call gave no answer that counts
            ├── TransientCallError      it may be tried again
            │   └── RateLimitedError    the provider asks for patience (429)
            ├── CutOffError             the completion was longer than its bound
            └── ContextTooLongError     the prompt was longer than the model takes

A reader never raises on the first problem: it collects `Finding` objects and
raises one `UserError` that carries them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
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
        return printable(f"{where}{self.message}.{allowed}{remedy}")


def printable(text: str) -> str:
    """Text of an input as a terminal may show it on one line, control characters written out."""
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
    """Something that happened while running.

    Attributes:
        calls: The `CallCount` of what was asked of models before it happened; None where nothing
            was, or where it is not known.
    """

    calls: object = None


class StoppedError(RunError):
    """The run ended early and can be resumed: key, quota, disk, a service that is away."""


class CancelledError(RunError):
    """A person interrupted the run; it can be resumed."""


class ProjectBusyError(RunError):
    """Another run is working on the project."""


class WaitingRunError(ProjectBusyError):
    """A flow run that waits for a person's approval holds the project.

    Attributes:
        flow_run: Its id.
        folder: The run folder that it holds.
    """

    def __init__(self, message: str, flow_run: str, folder: Path) -> None:
        super().__init__(message)
        self.flow_run = flow_run
        self.folder = folder


class ApprovalPendingError(RunError):
    """The report waits for a person's approval, and nobody is there to be asked.

    Attributes:
        review: Tells the report that waits from any other.
    """

    def __init__(self, message: str, review: str) -> None:
        super().__init__(message)
        self.review = review


class WriterError(RunError):
    """The text of one section could not be had."""


class CallError(RunError):
    """One attempt of a model call gave no answer that counts.

    Attributes:
        outcome: One word for the journal: ``429``, ``500``, ``timeout``, ``connection``,
            ``bad_body``, ``cut_off``, ``context``.
        input_tokens, output_tokens: What the provider counts for the attempt; None when it is
            not known.
    """

    def __init__(
        self,
        message: str,
        outcome: str,
        *,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens


class TransientCallError(CallError):
    """An attempt that may go better another time.

    Attributes:
        retry_after_seconds: How long the provider asks to wait; None when it does not say.
        is_outage: Whether the provider itself is in trouble (5xx, no connection, no answer in
            time), and not this one request.
        was_charged: Whether the provider may charge for the attempt: it was sent, and it is not
            known that nothing was made of it.
    """

    def __init__(
        self,
        message: str,
        outcome: str,
        *,
        retry_after_seconds: float | None = None,
        is_outage: bool = False,
        was_charged: bool = True,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
    ) -> None:
        super().__init__(message, outcome, input_tokens=input_tokens, output_tokens=output_tokens)
        self.retry_after_seconds = retry_after_seconds
        self.is_outage = is_outage
        self.was_charged = was_charged


class RateLimitedError(TransientCallError):
    """The provider takes no more requests or tokens just now."""


class CutOffError(CallError):
    """The completion reached its bound before its end (`finish_reason` ``length``)."""


class ContextTooLongError(CallError):
    """The prompt has more tokens than the model takes."""


class ModelUnavailableError(WriterError):
    """The model could not be had: the section degrades to the offline writer's text."""


class RefusedError(WriterError):
    """A content filter refused the section."""
