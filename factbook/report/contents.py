"""What every exporter adds to the blocks: the contents and a few labels."""

from __future__ import annotations

from collections.abc import Iterator

from factbook.report.blocks import Document, Heading, KeyMessages

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


GLANCE_TITLE = "At a glance"
"""Heading of the key messages of the whole report."""

KEY_MESSAGES_TITLE = "Key messages"
"""Title of those of a chapter."""


def linked(document: Document) -> frozenset[str]:
    """Anchors of the headings that key messages lead to."""
    wanted = {
        item.anchor
        for block in document.blocks
        if isinstance(block, KeyMessages)
        for item in block.items
    }
    found = (block.anchor for block in document.blocks if isinstance(block, Heading))
    return frozenset(anchor for anchor in found if anchor in wanted)


def contents(document: Document) -> Iterator[Heading]:
    """The headings in the contents, in order."""
    for block in document.blocks:
        if isinstance(block, Heading) and block.level <= CONTENTS_DEPTH:
            yield block
