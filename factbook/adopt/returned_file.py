"""A file that an editor gives back, read into pieces, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from factbook.errors import Finding, UserError
from factbook.files.inputs import read_input
from factbook.report.markdown_returned import read_markdown
from factbook.report.pieces import Piece, ProjectPiece
from factbook.report.word_body import project_bookmark
from factbook.report.word_returned import read_word

READ = ("docx", "md")
"""Formats of a report that can be adopted, by the suffix of the file."""


MOST_BYTES = 200_000_000
"""Most bytes of a report that comes back; one of 5,000 sections has a tenth of that."""


def read_returned(file: Path) -> list[Piece]:
    """The pieces of a report that comes back.

    Args:
        file: ``.docx`` or ``.md``.

    Raises:
        UserError: It cannot be read.
    """
    suffix = file.suffix.removeprefix(".").casefold()
    if suffix not in READ:
        raise bad_file(file, f"a report as '{file.suffix}' cannot be adopted", "Give one of these")
    try:
        content = read_input(file, MOST_BYTES)
        if suffix == "docx":
            return read_word(content)
        return list(read_markdown(content.decode("utf-8-sig")))
    except OSError as error:
        raise bad_file(file, f"it cannot be read: {error.strerror}", "Give a file") from None
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} of it is not UTF-8"
        raise bad_file(file, message, "Save it as UTF-8") from None
    except ValueError as error:
        raise bad_file(file, str(error), "Save it as .docx") from None


def require_project(pieces: Iterable[Piece], slug: str, file: Path) -> None:
    """Refuse the report of another project.

    Raises:
        UserError: It is one.
    """
    marks = [piece.mark for piece in pieces if isinstance(piece, ProjectPiece)]
    others = [mark for mark in marks if mark not in (slug, project_bookmark(slug))]
    if others and len(others) == len(marks):
        raise bad_file(
            file,
            f"it is a report of another project: it has the mark '{others[0]}', and the run is of "
            f"'{slug}'",
            "Give a report of this project, or the run folder of the other one",
        )


def bad_file(file: Path, message: str, remedy: str) -> UserError:
    """What is said of a file that cannot be adopted."""
    return UserError(
        [
            Finding(
                severity="error",
                code="adopt.file",
                message=message,
                file=str(file),
                allowed=", ".join(f".{suffix}" for suffix in READ),
                remedy=remedy,
            )
        ]
    )
