"""From the outline and the records to the report's blocks, in the order of the sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from slugify import slugify

from factbook.llm.chat import Source
from factbook.report.block_source import only_texts, shown_headline, text_mark
from factbook.report.blocks import (
    AnyBlock,
    Document,
    Heading,
    Headline,
    KeyMessages,
    ListBlock,
    Run,
)
from factbook.report.blocks import KeyMessage as MessageItem
from factbook.report.citations import all_cited, source_list, source_runs
from factbook.report.contents import GLANCE_TITLE, KEY_MESSAGES_TITLE
from factbook.report.figure_table import figure_tables
from factbook.report.key_messages import WHOLE_REPORT, KeyMessage, key_messages
from factbook.report.notices import edit_notices, marks_notice, report_notices, status_notice
from factbook.report.text import parse_text
from factbook.sheet.outline import Outline, SectionSpec
from factbook.writing.record import SectionRecord

_NUMERIC_ID = re.compile(r"\d+(\.\d+)*")
MOST_GAPS = 60
"""Sentences about figures that sections lack, in the annex; further ones are counted."""

PART_TITLES = {"introduction": "Introduction", "summary": "Summary"}


@dataclass(frozen=True)
class Changes:
    """Changes since an earlier run.

    Attributes:
        title: Heading, with the date of the earlier run.
        blocks: The blocks under it.
    """

    title: str
    blocks: tuple[AnyBlock, ...]


@dataclass(frozen=True)
class About:
    """Information about the report.

    Attributes:
        title: Name of the project.
        slug: Its slug.
        context: Main context, shown on the title page.
        date: Date on the title page; empty for none.
        origins: Table name → the source of its figures.
        data_notes: How the data was cleaned and what is missing, one sentence each.
        changes: Changes since an earlier run; None when they are not reported.
        show_edits: Whether sections that a person has edited are marked.
    """

    title: str
    slug: str = ""
    context: str = ""
    date: str = ""
    origins: Mapping[str, str] | None = None
    data_notes: tuple[str, ...] = ()
    changes: Changes | None = None
    show_edits: bool = False


def make_document(about: About, outline: Outline, records: Mapping[str, SectionRecord]) -> Document:
    """The whole report, or a selection of it.

    A section without a text leaves a visible placeholder.

    Args:
        about: Title page and annex.
        outline: The structure of the report.
        records: Section id → record; a missing one counts as not written.

    Raises:
        KeyError: A text refers to a fact, or cites a source, that its record does not have.
    """
    anchors = _Anchors()
    chosen = key_messages(outline, records)
    glance = anchors.heading(1, GLANCE_TITLE, "at-a-glance") if WHOLE_REPORT in chosen else None
    chapters: list[tuple[str, list[AnyBlock]]] = []
    by_objective = groupby(
        (section for chapter in outline.chapters for section in chapter.sections),
        key=lambda section: section.objective.id,
    )
    for objective_id, sections in by_objective:
        blocks_of_it = list(_chapter(about, list(sections), records, anchors))
        chapters.append((objective_id, blocks_of_it))
    blocks: list[AnyBlock] = [*report_notices(outline, records, show_edits=about.show_edits)]
    blocks += _opened(glance, chapters, chosen)
    sources = all_cited(records[s.id] for s in outline.sections if s.id in records)
    gaps = dict.fromkeys(
        gap for s in outline.sections if s.id in records for gap in records[s.id].gaps
    )
    blocks += _annex(about, sources, _first_gaps(tuple(gaps)), anchors)
    if about.changes is not None:
        blocks += [anchors.heading(1, about.changes.title, "annex-changes"), *about.changes.blocks]
    count = len(outline.sections)
    selection = f"Selection: {count} of {outline.total_sections} sections"
    return Document(
        title=about.title,
        subtitle=selection if outline.is_selection else "",
        context=tuple(part for part in about.context.split("\n") if part.strip()),
        date=about.date,
        project=about.slug,
        blocks=tuple(blocks),
    )


def _chapter(
    about: About,
    sections: Sequence[SectionSpec],
    records: Mapping[str, SectionRecord],
    anchors: _Anchors,
) -> Iterator[AnyBlock]:
    objective = sections[0].objective
    yield anchors.heading(1, _numbered(objective.id, objective.title), f"chapter-{objective.id}")
    task_id = part_id = ""
    for section in sections:
        if section.task and section.task.id != task_id:
            task_id = section.task.id
            title = _numbered(task_id, section.task.title)
            yield anchors.heading(2, title, f"task-{task_id}")
        if section.part_id != part_id and section.kind != "conclusion":
            part_id = section.part_id
            yield anchors.heading(3, _part_title(section), f"part-{part_id}")
        level = 2 if section.kind == "conclusion" else 4
        heading = anchors.heading(level, section.place.name, f"section-{section.id}")
        blocks = list(_section(about, section, records.get(section.id)))
        headline = shown_headline(record) if (record := records.get(section.id)) else ""
        mark = text_mark(section.id, only_texts(blocks), headline)
        yield heading.model_copy(update={"section_id": section.id, "text_mark": mark})
        yield from blocks


def _opened(
    glance: Heading | None,
    chapters: Sequence[tuple[str, Sequence[AnyBlock]]],
    chosen: Mapping[str, Sequence[KeyMessage]],
) -> Iterator[AnyBlock]:
    """The chapters with the key messages that open them and the report.

    Args:
        glance: Heading of those of the report; None without any.
        chapters: Id and blocks of each chapter, its heading first.
        chosen: From `key_messages`.
    """
    anchors = {
        block.section_id: block.anchor
        for _, blocks in chapters
        for block in blocks
        if isinstance(block, Heading) and block.section_id
    }

    def listed(messages: Iterable[KeyMessage]) -> tuple[MessageItem, ...]:
        return tuple(
            MessageItem(text=one.text, place=_where(one.section), anchor=anchors[one.section.id])
            for one in messages
        )

    if glance is not None:
        yield glance
        messages = chosen[WHOLE_REPORT]
        yield KeyMessages(title=messages[0].headline, items=listed(messages))
    for chapter_id, blocks in chapters:
        yield blocks[0]
        if chapter_id in chosen:
            messages = chosen[chapter_id]
            title = messages[0].headline or KEY_MESSAGES_TITLE
            yield KeyMessages(title=title, items=listed(messages))
        yield from blocks[1:]


def _where(section: SectionSpec) -> str:
    """Where a message comes from: ``Austria, 1.1.1 Generation by source``."""
    return f"{section.place.name}, {_part_title(section)}"


def _section(
    about: About, section: SectionSpec, record: SectionRecord | None
) -> Iterator[AnyBlock]:
    if record is not None and (headline := shown_headline(record)):
        yield Headline(text=headline)
    if notice := status_notice(section.id, record):
        yield notice
    if record is None or not record.source_text:
        return
    yield from parse_text(record.text, links=record.edit is not None)
    if marks := marks_notice(record):
        yield marks
    yield from edit_notices(record, show_edits=about.show_edits)
    yield from source_list(record)
    yield from figure_tables(record, section.place.name)


def _first_gaps(gaps: Sequence[str]) -> tuple[str, ...]:
    """What figures the sections lack, as far as an annex has room for it."""
    if len(gaps) <= MOST_GAPS:
        return tuple(gaps)
    left = len(gaps) - MOST_GAPS
    return (*gaps[:MOST_GAPS], f"{left:,} more such notes stand in the evidence of the sections.")


def _annex(
    about: About, sources: Sequence[Source], gaps: Sequence[str], anchors: _Anchors
) -> Iterator[AnyBlock]:
    origins = {name: origin for name, origin in (about.origins or {}).items() if origin}
    notes = (*about.data_notes, *gaps)
    if not origins and not sources and not notes:
        return
    yield anchors.heading(1, "About the data", "annex-data")
    if origins:
        yield anchors.heading(2, "Sources", "annex-sources")
        # What tables are called in a project tells no reader anything.
        yield _list(dict.fromkeys(origins.values()))
    if sources:
        yield anchors.heading(2, "Internet sources", "annex-internet-sources")
        yield ListBlock(items=tuple(source_runs(source) for source in sources))
    if notes:
        yield anchors.heading(2, "What was cleaned and what is missing", "annex-cleaning")
        yield _list(notes)


def _list(texts: Iterable[str]) -> ListBlock:
    return ListBlock(items=tuple((Run(text=text),) for text in texts))


def _part_title(section: SectionSpec) -> str:
    if section.sub_task:
        return _numbered(section.sub_task.id, section.sub_task.title)
    return PART_TITLES[section.kind]


def _numbered(row_id: str, title: str) -> str:
    """The title, preceded by its id if that is a number."""
    return f"{row_id} {title}" if _NUMERIC_ID.fullmatch(row_id) else title


class _Anchors:
    """Makes headings with unique anchors."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def heading(self, level: int, text: str, name: str) -> Heading:
        """A heading with an anchor made from `name`."""
        base = anchor = slugify(name) or "heading"
        number = 2
        while anchor in self._taken:
            anchor = f"{base}-{number}"
            number += 1
        self._taken.add(anchor)
        return Heading(level=level, text=text, anchor=anchor)
