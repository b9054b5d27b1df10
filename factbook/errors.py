"""The error tree, and the findings that user errors carry.

::

    FactbookError
    ├── UserError            what the user must fix; exit 2, nothing was called
    │   ├── ConfigError      project.toml, --set, ProjectConfig
    │   ├── SheetError       the prompt sheet
    │   └── DataError        the tables
    └── RunError             a failure during a run
        ├── StoppedError     the run ended early and can be resumed; exit 3
        ├── CancelledError   interrupted by a person; exit 130
        ├── ProjectBusyError another run holds the project; exit 0, Skipped
        │   └── WaitingRunError        that run waits for a person's approval
        ├── ApprovalPendingError the report waits for a person's approval; exit 3
        ├── WriterError      one section's text could not be written
        │   ├── ModelUnavailableError   the section degrades to the offline text
        │   │   └── NoTextError         what the model answered is no text
        │   └── RefusedError            a content filter refused the section
        └── CallError        one attempt of a model call gave no valid answer
            ├── TransientCallError      it may be tried again
            │   └── RateLimitedError    the provider asks to wait (429)
            ├── CutOffError             the completion was longer than its bound
            ├── ContextTooLongError     the prompt was longer than the model takes
            └── NoSchemaError           the server takes no JSON schema

A reader never raises on the first problem: it collects `Finding` objects and
raises one `UserError` that carries them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["error", "warning"]

LIKENESS = 0.6
"""From which a word may be what is meant by another one."""

LONGEST_WORD = 100
"""Letters of a word that is compared with others; what is longer is no misspelt name."""

MOST_COMPARED = 20_000_000
"""Pairs of letters, of a word and a known one, that are compared in one reading: about 200,000
pairs of names, and some seconds. Beyond it no word is suggested any more."""


class Finding(BaseModel):
    """One thing wrong with an input: what, where, the value, what is allowed, the remedy.

    Attributes:
        severity: ``error`` (would give a wrong or missing figure, text or id; exit 2) or
            ``warning`` (listed; the run continues).
        code: Stable machine name, ``<input>.<what>``: ``sheet.missing-column``.
        message: One sentence without a full stop: what is wrong, including the value found.
        file: Path or name of the file, as the user wrote it.
        sheet: Sheet of a workbook.
        cells: Cells as Excel names them (``D2``), or row numbers counted from 1.
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
    """Text of an input, safe to print on one line of a terminal: control characters are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


_PAIRS_OF_A_LENGTH = 10
"""For which the length of a word counts that is not compared."""


@dataclass
class _Comparisons:
    """How many pairs of letters may still be compared in a reading."""

    left: int


_comparisons: ContextVar[_Comparisons | None] = ContextVar("comparisons", default=None)


@contextmanager
def bounded_suggestions() -> Iterator[None]:
    """Within it, all calls of `nearest` together compare no more than one reading may.

    The bound counts letters, not time: the same input always gets the same suggestions.
    """
    if _comparisons.get() is not None:  # part of a reading
        yield
        return
    token = _comparisons.set(_Comparisons(MOST_COMPARED))
    try:
        yield
    finally:
        _comparisons.reset(token)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most similar to `word`, or an empty string when none is similar.

    None is either once the reading has compared as much as it may: see `bounded_suggestions`.

    Args:
        word: What was found.
        known: What may be meant.
    """
    comparisons = _comparisons.get() or _Comparisons(MOST_COMPARED)
    folded = word.strip().casefold()
    if comparisons.left <= 0 or not 0 < len(folded) <= LONGEST_WORD:
        return ""
    by_fold: dict[str, str] = {}
    for name in known:
        # Words are no more alike than their lengths; many are told apart by these alone.
        is_likely = 2 * min(len(name), len(folded)) >= LIKENESS * (len(name) + len(folded))
        if is_likely:
            by_fold[name.casefold()] = name
        comparisons.left -= len(name) * len(folded) if is_likely else _PAIRS_OF_A_LENGTH
        if comparisons.left < 0:
            return ""
    found = get_close_matches(folded, by_fold, n=1, cutoff=LIKENESS)
    return by_fold[found[0]] if found else ""


class FactbookError(Exception):
    """Base of all errors that Factbook raises on purpose."""


class UserError(FactbookError):
    """Input that its user must fix. Carries every finding, errors and warnings."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class ConfigError(UserError):
    """A problem in project.toml, ``--set`` or a ProjectConfig."""


class SheetError(UserError):
    """A problem in the prompt sheet."""


class DataError(UserError):
    """A problem in the data."""


class RunError(FactbookError):
    """A failure during a run.

    Attributes:
        calls: The `CallCount` of the model calls made before it; None where there were none, or
            where it is not known.
    """

    calls: object = None


class StoppedError(RunError):
    """The run ended early and can be resumed: key, quota, disk, an unavailable service."""


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
    """The report waits for a person's approval, and nobody can be asked now.

    Attributes:
        review: Identifies the report that waits.
    """

    def __init__(self, message: str, review: str) -> None:
        super().__init__(message)
        self.review = review


class WriterError(RunError):
    """The text of one section could not be written."""


class CallError(RunError):
    """One attempt of a model call gave no valid answer.

    Attributes:
        outcome: One word for the journal: ``429``, ``500``, ``timeout``, ``connection``,
            ``bad_body``, ``cut_off``, ``context``, ``no_schema``.
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
    """An attempt that may succeed when repeated.

    Attributes:
        retry_after_seconds: How long the provider asks to wait; None when it does not say.
        is_outage: Whether the provider itself fails (5xx, no connection, no answer in time), and
            not this one request.
        was_charged: Whether the provider may charge for the attempt: it was sent and may have been
            processed.
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
    """The provider accepts no more requests or tokens for the moment."""


class CutOffError(CallError):
    """The completion reached its bound before its end (`finish_reason` ``length``)."""


class ContextTooLongError(CallError):
    """The prompt has more tokens than the model takes."""


class NoSchemaError(CallError):
    """The server takes no JSON schema for an answer."""


class ModelUnavailableError(WriterError):
    """The model is unavailable: the section degrades to the offline writer's text."""


class NoTextError(ModelUnavailableError):
    """What a model answered is no text: without prose, too long, or its own instructions.

    Attributes:
        answer: The beginning of the answer.
    """

    def __init__(self, message: str, answer: str) -> None:
        super().__init__(message)
        self.answer = answer


class RefusedError(WriterError):
    """A content filter refused the section."""
