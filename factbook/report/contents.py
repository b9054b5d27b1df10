"""What every exporter adds around the blocks: the contents and a few words."""

from __future__ import annotations

from collections.abc import Iterator

from factbook.report.blocks import Document, Heading

CONTENTS_TITLE = "Contents"
CONTENTS_DEPTH = 3
"""Deepest level of heading in the contents: places are found under their sub-task."""

SOURCES_TITLE = "Sources"
"""Stands above what a section cites."""

NOTICE_LABELS = {
    "missing": "Missing",
    "degraded": "Stand-in",
    "partial": "Unfinished",
    "marked": "To be checked",
    "note": "Note",
}
"""The word that stands before a notice, so that its colour is not all that tells it apart."""


def contents(document: Document) -> Iterator[Heading]:
    """The headings that stand in the contents, in order."""
    for block in document.blocks:
        if isinstance(block, Heading) and block.level <= CONTENTS_DEPTH:
            yield block
