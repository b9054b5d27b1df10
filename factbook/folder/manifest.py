"""``run.json``: what a run was made of and what it became.

All that is read of it and written into it goes through `Manifest`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import ValidationError

from factbook.data.cleaning import Cleaning, plural
from factbook.data.grids.input_file import InputFile
from factbook.errors import ConfigError, Finding
from factbook.files.regular_files import read_regular
from factbook.files.schema_version import (
    OLDEST_READ,
    SCHEMA_VERSION,
    Version,
    is_read,
    stated_version,
)
from factbook.folder.manifest_parts import (
    KeyMessage,
    Part,
    ReportCalls,
    RunOutcome,
    SectionEntry,
    Times,
)

MANIFEST = "run.json"

_MOST_BYTES = 64_000_000
"""A section takes some two thousand bytes: this is a report of thirty thousand."""

_LEADING = ("made", "cached", "cost_usd")
"""What `calls` holds first: all that it holds of an offline run."""

_NOT_OURS = f"its {MANIFEST} is not one that Factbook writes"


class ManifestError(ConfigError):
    """A ``run.json`` that cannot be used.

    Attributes:
        kind: ``damaged``: no JSON, or not in the form of its version; ``foreign``: another
            program's; ``older`` or ``newer``: of a version that is not read.
        message: What is wrong with it, without a full stop.
        remedy: What to do about it, without a full stop.
        version: The version that it says it has, when that is what is wrong with it.
    """

    def __init__(
        self,
        folder: Path,
        kind: Literal["damaged", "foreign", "older", "newer"],
        message: str,
        remedy: str = "Give another folder, or run the report again, which replaces it",
        version: int | None = None,
    ) -> None:
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.version = version
        finding = Finding(
            severity="error",
            code=f"run.{'damaged' if kind == 'foreign' else kind}",
            message=message,
            file=str(folder),
            remedy=remedy,
        )
        super().__init__([finding])

    @classmethod
    def of_version(cls, folder: Path, version: int) -> ManifestError:
        """What is said of a version that is not read."""
        is_newer = version > SCHEMA_VERSION
        return cls(
            folder,
            "newer" if is_newer else "older",
            f"{'a newer' if is_newer else 'an older'} version of Factbook has written it "
            f"(schema {version}; this one reads {OLDEST_READ} to {SCHEMA_VERSION})",
            "Upgrade Factbook" if is_newer else "Run the report again in another folder",
            version,
        )


class Manifest(Part):
    """``run.json``, as this version writes it and as it reads those before.

    Attributes:
        schema_version: Version of the form of this file and of those beside it.
        project: Name of the project.
        slug: Slug of that: name of the folder and of the report's files.
        is_selection: Whether the run wrote a part of the report; an earlier version had none.
        outcome: How the run ended.
        config: The configuration, without secrets, as plain JSON.
        versions: Python and packages → version.
        sections_by_status: Status → sections.
        checks: Verdict → claims of the report.
        calls: What its model calls come to.
        findings: What was found wrong with the inputs.
        cleanings: What was corrected in the data.
        inputs: The files that its data were read from, with edition and checksum; an earlier
            version noted none.
        headings: Id → title of chapters and tasks; an earlier version noted none.
        key_messages: Chapter id, or empty for the whole report → what its reader should know; an
            earlier version had none.
        sections: Section id → section, of the whole report in the order of the sheet.
        files: Names of the files that the run wrote, in the order in which a reader wants them.
        times: Times and resources.
    """

    schema_version: Version
    project: str
    slug: str
    is_selection: bool = False
    outcome: RunOutcome
    config: dict[str, Any]
    versions: dict[str, str]
    sections_by_status: dict[str, int]
    checks: dict[str, int]
    calls: ReportCalls
    findings: tuple[Finding, ...]
    cleanings: tuple[Cleaning, ...]
    inputs: tuple[InputFile, ...] = ()
    headings: dict[str, str] = {}
    key_messages: dict[str, tuple[KeyMessage, ...]] = {}
    sections: dict[str, SectionEntry]
    files: tuple[str, ...]
    times: Times

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """The manifest of a run folder; None when there is none.

        Args:
            folder: The run folder.

        Raises:
            ManifestError: It is damaged, of a version that is not read, or nothing of Factbook's.
        """
        try:
            content = read_regular(folder / MANIFEST, _MOST_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            message = f"its {MANIFEST} cannot be read: {error.strerror}"
            raise ManifestError(folder, "damaged", message) from None
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            raise _unreadable(folder, content, error) from None

    @classmethod
    def read_if_sound(cls, folder: Path) -> Manifest | None:
        """The same, for those to whom a manifest that cannot be read says no more than none.

        Whoever begins a run has looked whose the folder is, and has said that it is damaged.

        Args:
            folder: The run folder.
        """
        try:
            return cls.read(folder)
        except ManifestError:
            return None

    def values(self) -> dict[str, Any]:
        """The manifest as JSON values, in the order of the file."""
        calls = self.calls.model_dump(mode="json", exclude_unset=True)
        leading = {name: calls[name] for name in _LEADING if name in calls}
        return {**self.model_dump(mode="json"), "calls": {**leading, **calls}}

    def to_bytes(self) -> bytes:
        """The content of the file, as a person reads it."""
        return orjson.dumps(self.values(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _unreadable(folder: Path, content: bytes, invalid: ValidationError) -> ManifestError:
    """What is wrong with a manifest that does not have the form of one."""
    try:
        body = orjson.loads(content)
    except ValueError:
        return ManifestError(folder, "damaged", f"its {MANIFEST} cannot be read: it is not JSON")
    if not isinstance(body, dict) or not body:
        return ManifestError(folder, "damaged", _NOT_OURS)
    version = stated_version(body)
    if version is not None and not is_read(version):
        return ManifestError.of_version(folder, version)
    if version is None or not isinstance(body.get("sections"), dict):
        return ManifestError(folder, "foreign", _NOT_OURS)
    first = invalid.errors(include_url=False, include_input=False)[0]
    where = " → ".join(map(str, first["loc"]))
    others = invalid.error_count() - 1
    more = f", and {plural(others, 'other problem')}" if others else ""
    message = f"its {MANIFEST} is damaged: {where}: {first['msg']}{more}"
    return ManifestError(folder, "damaged", message)
