"""What every exporter adds to the blocks: the contents and a few labels."""

from __future__ import annotations

from collections.abc import Iterator

from factbook.report.blocks import Document, Heading

CONTENTS_TITLE = "Contents"
CONTENTS_DEPTH = 3
"""Deepest level of headings in the contents: places are listed under their sub-task."""

SOURCES_TITLE = "Sources"
"""Title of the sources that a section cites."""

NOTICE_LABELS = {
    "missing": "Missing",
    "degraded": "Stand-in",
    "partial": "Unfinished",
    "marked": "To be checked",
    "note": "Note",
}
"""The label before a notice, so that its colour is not its only distinction."""


def contents(document: Document) -> Iterator[Heading]:
    """The headings in the contents, in order."""
    for block in document.blocks:
        if isinstance(block, Heading) and block.level <= CONTENTS_DEPTH:
            yield block
