"""What the report's annex says of the changes since an earlier run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factbook.report.blocks import AnyBlock, ListBlock, Paragraph, Run, Table
from factbook.runs.diff.models import Change, ReportDiff, RunInfo, SectionDiff

MOST_NAMED = 30
"""How many sections, cells and figures are named; the rest is counted."""

_HEADS: tuple[tuple[Change, str], ...] = (
    ("added", "Added"),
    ("removed", "No longer in the report"),
    ("moved", "Moved"),
)


def changes_title(old: RunInfo) -> str:
    """Heading of the annex: since when."""
    return f"Changes since {old.report_date or old.finished[:10] or 'the earlier report'}"


def changes_blocks(diff: ReportDiff) -> tuple[AnyBlock, ...]:
    """The changes as blocks under a heading, bounded: what is beyond the bound is counted.

    Sections that read as before are not told: only readers of the report see the annex.
    """
    return tuple(_blocks(diff))


def _blocks(diff: ReportDiff) -> Iterator[AnyBlock]:
    changed = [s for s in diff.of("changed") if s.is_text_changed]
    others = [(head, diff.of(change)) for change, head in _HEADS if diff.of(change)]
    if not changed and not others:
        yield _paragraph("Nothing that a reader sees has changed.")
        return
    if diff.data:
        cells = [str(change.fact) for change in diff.data]
        yield _paragraph("Changed in the data:")
        yield _list(cells)
    for head, sections in (("Changed", changed), *others):
        if sections:
            yield _paragraph(f"{head}, {_count(len(sections), 'section')}:")
            yield _list([_named(section) for section in sections])
    yield from _figures(changed)


def _figures(changed: Sequence[SectionDiff]) -> Iterator[AnyBlock]:
    """Figures that the texts give otherwise than before."""
    rows = [
        (_named(section), figure.about, figure.old, figure.new)
        for section in changed
        for figure in section.figures
        if figure.old and figure.new
    ]
    if rows:
        more = len(rows) - MOST_NAMED
        yield Table(
            caption="Changed figures",
            columns=("Section", "Figure", "Before", "Now"),
            rows=tuple(rows[:MOST_NAMED]),
            numeric=(False, False, True, True),
            note=f"And {_count(more, 'other changed figure')}." if more > 0 else "",
        )


def _named(section: SectionDiff) -> str:
    part_id = section.section_id.partition("@")[0]
    # Parts that are made, such as a conclusion, have a name and no number.
    number = part_id if section.title and part_id[:1].isdigit() and "#" not in part_id else ""
    name = f"{number} {section.title}".strip() or part_id
    return f"{name}, {section.place}" if section.place else name


def _list(texts: Sequence[str]) -> ListBlock:
    more = len(texts) - MOST_NAMED
    shown = [*texts[:MOST_NAMED], *([f"and {more:,} more"] if more > 0 else [])]
    return ListBlock(items=tuple((Run(text=text),) for text in shown))


def _paragraph(text: str) -> Paragraph:
    return Paragraph(runs=(Run(text=text),))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
