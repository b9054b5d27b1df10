"""A section's text as source text, and the mark of the version that a report shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby

from factbook.report.blocks import AnyBlock, ListBlock, Paragraph, Run
from factbook.report.likeness import folded, plain, visible
from factbook.report.markdown import inline
from factbook.report.pieces import TextBlock, TextPiece
from factbook.report.text import one_line, parse_text
from factbook.writing.record import SectionRecord

_MARK_LENGTH = 10


def text_blocks(text: str, *, links: bool = True) -> tuple[TextBlock, ...]:
    """A section's text, as readers see it, in blocks.

    Args:
        text: The text.
        links: Whether it may have links; see `parse_text`.
    """
    return tuple(only_texts(parse_text(text, links=links)))


def only_texts(blocks: Iterable[AnyBlock]) -> Iterator[TextBlock]:
    """The blocks that are text."""
    return (block for block in blocks if isinstance(block, Paragraph | ListBlock))


def shown_headline(record: SectionRecord) -> str:
    """A section's headline as its report shows it; empty for none, as without a text."""
    return one_line(record.headline_text) if record.source_text else ""


def text_mark(section_id: str, blocks: Iterable[TextBlock], headline: str = "") -> str:
    """The mark of a section's text and headline; equal for those that look the same to a reader.

    Args:
        section_id: The section; it makes the marks of equal texts different.
        blocks: The text.
        headline: The headline above it; empty for none.
    """
    above = f"# {folded(headline)}\n" if headline else ""
    said = f"{section_id}\n{above}{likeness_of(blocks)}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK_LENGTH]


def likeness_of(blocks: Iterable[TextBlock]) -> str:
    """A normal form, equal for versions of a text that look the same to a reader.

    A list in Word may be in one piece or in several; the numbers of its items do not count.
    """
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(_line(block.runs))
        else:
            lines += [f"{'1.' if block.ordered else '-'} {_line(item)}" for item in block.items]
    return "\n".join(line for line in map(folded, lines) if line)


def source_of(blocks: Iterable[TextBlock]) -> str:
    """Blocks as a source text: paragraphs separated by blank lines, lists as lines with marks."""
    parts: list[str] = []
    was_list = False
    for block in blocks:
        if isinstance(block, Paragraph):
            parts.append(_line(block.runs))
            was_list = False
            continue
        lines = [
            f"{f'{number}.' if block.ordered else '-'} {_line(item)}"
            for number, item in enumerate(block.items, start=1)
        ]
        if was_list and not block.ordered and parts[-1].startswith("- "):
            parts[-1] += "\n" + "\n".join(lines)
        else:
            parts.append("\n".join(lines))
        was_list = True
    return "\n\n".join(part for part in parts if part.strip())


def _line(runs: Iterable[Run]) -> str:
    """Runs as a line of source text; only what would be read as Markdown is escaped."""
    runs = tuple(_joined(runs))
    text = visible("".join(run.text for run in runs)).strip()
    if not any(run.bold or run.italic or run.href for run in runs):
        blocks = (b for b in parse_text(text) if isinstance(b, Paragraph | ListBlock))
        read = [line for block in blocks for line in TextPiece(block).lines]
        if [plain(line) for line in read] == [plain(text)]:
            return text
    return visible(inline(runs))


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Adjacent runs of the same style as one: programs split them invisibly."""
    for (bold, italic, href), same in groupby(
        runs, key=lambda run: (run.bold, run.italic, run.href)
    ):
        yield Run(text="".join(run.text for run in same), bold=bold, italic=italic, href=href)
