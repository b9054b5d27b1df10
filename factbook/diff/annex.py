"""What the report's annex says of the changes since an earlier run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from factbook.diff.changes import (
    Change,
    FactChange,
    FigureChange,
    ReportDiff,
    RunInfo,
    SectionDiff,
)
from factbook.evidence.facts import base_metric
from factbook.report.blocks import AnyBlock, ListBlock, Paragraph, Run, Table
from factbook.writing.offline.words import lowered

MOST_NAMED = 30
"""How many cells, parts of a chapter and figures are named; the rest is counted."""

MOST_SECTIONS_OF_A_FIGURE = 6

_SAID: Mapping[Change, str] = {
    "added": "new",
    "removed": "no longer in the report",
    "moved": "moved",
}
_REASONS: Mapping[str, str] = {
    "evidence": "figures",
    "upstream": "a section that it follows on from",
    "sheet": "instructions",
    "settings": "instructions",
    "note": "instructions",
    "writer": "the writer",
    "edit": "edited by a person",
}
"""First word of a part of a content key → what readers see."""


def changes_title(old: RunInfo) -> str:
    """Heading of the annex: since when."""
    return f"Changes since {old.report_date or old.finished[:10] or 'the earlier report'}"


def changes_blocks(diff: ReportDiff) -> tuple[AnyBlock, ...]:
    """The changes as blocks under a heading, bounded: what is beyond the bound is counted.

    Sections that read as before are left out: only readers of the report see the annex.
    """
    return tuple(_blocks(diff))


def _blocks(diff: ReportDiff) -> Iterator[AnyBlock]:
    shown = [one for one in diff.sections if one.reads_otherwise or one.is_moved]
    if not shown and not diff.titles:
        yield _paragraph("Nothing that a reader sees has changed.")
        return
    if diff.data and shown:
        yield _paragraph("Changed in the data", bold=True)
        yield _list([_of_data(change.fact) for change in diff.data])
    if diff.titles:
        yield _paragraph("Changed titles", bold=True)
        yield _list([f"{_number(title.id)} {title}".strip() for title in diff.titles])
    for chapter, sections in diff.by_chapter.items():
        listed = [one for one in sections if one in shown]
        if listed:
            yield _paragraph(f"{chapter}: {_count(len(listed), 'section')}".lstrip(": "), bold=True)
            yield _list(_parts(listed))
    yield from _figures(shown)


def _parts(sections: Sequence[SectionDiff]) -> list[str]:
    """Sections of a chapter, those of one sub-task with the same reasons in one line."""
    found: dict[tuple[str, str], list[str]] = {}
    for section in sections:
        what = _SAID.get(section.change) or f"changed: {_reasons(section)}"
        found.setdefault((_named(section), what), []).append(section.place)
    return [
        f"{f'{name}, ' if name else ''}{', '.join(filter(None, places))} ({what})"
        for (name, what), places in found.items()
    ]


def _reasons(section: SectionDiff) -> str:
    """Why a section reads otherwise, in a reader's words."""
    parts = [cause.part.partition(".")[0] for cause in section.causes]
    reasons = ["title"] if section.old_title else []
    if section.is_text_changed or not reasons:
        reasons += [
            _REASONS.get(part, "text")
            for part, cause in zip(parts, section.causes, strict=True)
            if not (section.old_title and cause.words.startswith("title: "))
        ]
    return ", ".join(dict.fromkeys(reasons))


def _figures(changed: Sequence[SectionDiff]) -> Iterator[AnyBlock]:
    """Figures that the texts give otherwise than before, each once, with its sections."""
    sections: dict[FigureChange, list[str]] = {}
    for section in changed:
        for figure in section.figures:
            if figure.old and figure.new:
                where = _number(section.section_id.partition("@")[0]) or section.title
                sections.setdefault(figure, []).append(where)
    rows = [
        (_about(figure), figure.old, figure.new, _where(places))
        for figure, places in sections.items()
    ]
    if rows:
        more = len(rows) - MOST_NAMED
        yield Table(
            caption="Changed figures",
            columns=("Figure", "Before", "Now", "Sections"),
            rows=tuple(rows[:MOST_NAMED]),
            numeric=(False, True, True, False),
            note=f"And {_count(more, 'other changed figure')}." if more > 0 else "",
        )


def _about(figure: FigureChange) -> str:
    """``Austria, gas, 2021, electricity generation share of region``."""
    metric = lowered(base_metric(figure.metric, figure.kind))
    kind = "" if figure.kind == "value" else f" {figure.kind}"
    parts = (figure.place, lowered(figure.subject), figure.period, f"{metric}{kind}")
    return ", ".join(part for part in parts if part)


def _of_data(fact: FactChange) -> str:
    """``Austria, gas, 2021: 8.2 → 9.1 TWh (electricity generation)``."""
    return f"{fact.in_words} ({lowered(fact.metric)})"


def _where(places: Sequence[str]) -> str:
    named = list(dict.fromkeys(places))
    more = len(named) - MOST_SECTIONS_OF_A_FIGURE
    shown = ", ".join(named[:MOST_SECTIONS_OF_A_FIGURE])
    return f"{shown} and {more} more" if more > 0 else shown


def _named(section: SectionDiff) -> str:
    part_id = section.section_id.partition("@")[0]
    return f"{_number(part_id)} {section.title}".strip() or part_id


def _number(part_id: str) -> str:
    """An id that readers know; what is made, such as a conclusion, has a title and no number."""
    return part_id if part_id[:1].isdigit() and "#" not in part_id else ""


def _list(texts: Sequence[str]) -> ListBlock:
    more = len(texts) - MOST_NAMED
    shown = [*texts[:MOST_NAMED], *([f"and {more:,} more"] if more > 0 else [])]
    return ListBlock(items=tuple((Run(text=text),) for text in shown))


def _paragraph(text: str, *, bold: bool = False) -> Paragraph:
    return Paragraph(runs=(Run(text=text, bold=bold),))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
