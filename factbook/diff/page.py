"""The difference between two runs as a page for an editor: one HTML file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from factbook.diff.changes import (
    Change,
    ReportDiff,
    SectionDiff,
    Side,
)
from factbook.diff.word_diff import Piece, word_diff
from factbook.report.text import clean

MOST_FACTS = 12
"""How many facts of a section's evidence the page lists; the rest is counted."""

MOST_INPUTS = 40

KINDS: Mapping[Change, str] = {
    "changed": "Changed",
    "added": "Added",
    "removed": "Removed",
    "moved": "Moved",
}


@dataclass(frozen=True)
class Shown:
    """A section of the page, and the anchor by which the contents lead to it."""

    anchor: str
    diff: SectionDiff


@dataclass(frozen=True)
class Chapter:
    """A chapter of the page."""

    anchor: str
    title: str
    sections: tuple[Shown, ...]


def to_page(diff: ReportDiff) -> bytes:
    """The page as one self-contained UTF-8 HTML file.

    All text is escaped; the Content-Security-Policy allows the file's own style and nothing else.
    """
    templates = resources.files("factbook.diff") / "templates"
    style = (templates / "diff.css").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.from_string((templates / "diff.html.jinja").read_text(encoding="utf-8"))
    page = template.render(
        diff=diff,
        kinds=KINDS,
        chapters=_chapters(diff),
        same=diff.same_by_cause,
        most_facts=MOST_FACTS,
        most_inputs=MOST_INPUTS,
        paragraphs_of=paragraphs_of,
        style=Markup(style),  # noqa: S704  the package's own file
        style_sha256=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return page.encode()


def _chapters(diff: ReportDiff) -> list[Chapter]:
    """The sections that do not read as before, by chapter."""
    found: list[Chapter] = []
    for title, sections in diff.by_chapter.items():
        number = len(found) + 1
        shown = [one for one in sections if not one.reads_as_before]
        if shown:
            of_it = tuple(
                Shown(f"section-{number}-{place}", one) for place, one in enumerate(shown, 1)
            )
            found.append(Chapter(f"chapter-{number}", title, of_it))
    return found


def paragraphs_of(section: SectionDiff) -> list[list[Piece]]:
    """The pieces of a section's texts, paragraph by paragraph: headline, text, summary."""
    none = Side(status="")
    old, new = section.old or none, section.new or none
    found: list[list[Piece]] = [[]]
    for before, after in zip(old.texts, new.texts, strict=True):
        for piece in word_diff(before, after):
            first, *others = piece.text.split("\n")
            found[-1].append(Piece(piece.side, first, piece.is_figure))
            found += [[Piece(piece.side, text, piece.is_figure)] for text in others]
        found.append([])
    return [pieces for pieces in found if any(piece.text for piece in pieces)]


def _cleaned(value: object) -> object:
    """Every value that the template prints, without characters that no format may hold."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
