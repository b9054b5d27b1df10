"""The report as data for the Typst template: plain strings, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from factbook.report.blocks import (
    AnyBlock,
    Document,
    Heading,
    Headline,
    KeyMessages,
    Notice,
    Paragraph,
    Run,
    Sources,
)
from factbook.report.blocks import Table as TableBlock
from factbook.report.contents import (
    CONTENTS_DEPTH,
    CONTENTS_TITLE,
    NOTICE_LABELS,
    SOURCES_TITLE,
    linked,
)
from factbook.report.notices import split_front
from factbook.report.text import one_line, safe_href

_ZERO_WIDTH_SPACE = "\u200b"
_LONG_WORD = re.compile(r"[^\s\u2e80-\uffff]{36,}")
_LONG_WORD_OF_CELL = re.compile(r"[^\s\u2e80-\uffff]{16,}")
_WORD_PIECE = 12
_AUTO_WIDTH_CHARACTERS = 18
_WIDEST_CHARACTERS = 80
_RUNNING_TITLE_CHARACTERS = 90
_EMPTY_HEADING = "–"


def frame_data(document: Document) -> dict[str, Any]:
    """Everything except the chapters: titles, language, labels, the title page."""
    title = one_line(document.title)
    language, region = _language(document.language)
    notices, _ = split_front(document)
    return {
        "title": title,
        "running_title": _shortened(title, _RUNNING_TITLE_CHARACTERS),
        "subtitle": _broken(document.subtitle),
        "context": [text for text in map(_broken, document.context) if text],
        "date": one_line(document.date),
        "notices": [block_data(notice) for notice in notices],
        "language": language,
        "region": region,
        "contents_title": CONTENTS_TITLE,
        "depth": CONTENTS_DEPTH,
        "linked": sorted(linked(document)),
    }


def block_data(block: AnyBlock) -> dict[str, Any]:
    """One block."""
    if isinstance(block, Paragraph):
        return {"block": "paragraph", "runs": _runs(block.runs)}
    if isinstance(block, TableBlock):
        return _table(block)
    if isinstance(block, Heading):
        text = heading_text(block)
        return {"block": "heading", "level": block.level, "text": text, "anchor": block.anchor}
    if isinstance(block, Headline):
        return {"block": "headline", "text": _broken(block.text)}
    if isinstance(block, KeyMessages):
        return _key_messages(block)
    if isinstance(block, Notice):
        label = NOTICE_LABELS[block.tone]
        return {"block": "notice", "tone": block.tone, "label": label, "text": _broken(block.text)}
    items = [_runs(item) for item in block.items]
    if isinstance(block, Sources):
        return {"block": "sources", "title": SOURCES_TITLE, "items": items}
    return {"block": "list", "ordered": block.ordered, "items": items}


def _key_messages(block: KeyMessages) -> dict[str, Any]:
    messages = [
        {"text": _broken(item.text), "place": _broken(item.place), "anchor": item.anchor}
        for item in block.items
    ]
    return {"block": "key messages", "title": _broken(block.title), "items": messages}


def heading_text(heading: Heading) -> str:
    """The text of a heading; never empty, since each heading is a bookmark."""
    return _broken(heading.text) or _EMPTY_HEADING


def _language(tag: str) -> tuple[str, str | None]:
    """The parts of a language tag that Typst knows: ``de-AT`` gives ``de`` and ``AT``."""
    parts = tag.split("-")
    language = parts[0].lower() if re.fullmatch(r"[A-Za-z]{2,3}", parts[0]) else "en"
    regions = (part.upper() for part in parts[1:] if re.fullmatch(r"[A-Za-z]{2}", part))
    return language, next(regions, None)


def _runs(runs: Iterable[Run]) -> list[str | dict[str, Any]]:
    """Runs, those without a style as plain strings; at least one."""
    found: list[str | dict[str, Any]] = []
    for run in runs:
        text = _broken(run.text, strip=False)
        look: dict[str, Any] = {"bold": run.bold, "italic": run.italic, "href": safe_href(run.href)}
        look = {name: value for name, value in look.items() if value}
        found.append({"text": text, **look} if look else text)
    return found or [""]


def _table(block: TableBlock) -> dict[str, Any]:
    rows = [[_broken_cell(cell) for cell in row] for row in block.rows]
    columns = [_broken_cell(cell) for cell in block.columns]
    return {
        "block": "table",
        "caption": _broken(block.caption),
        "note": _broken(block.note),
        "columns": columns,
        "rows": rows,
        "numeric": block.numeric,
        "widths": _widths([columns, *rows]),
    }


def _widths(rows: list[list[str]]) -> list[int]:
    """Widths of columns: 0 for as wide as its text, else its share of the rest."""
    lengths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths = [
        0 if length <= _AUTO_WIDTH_CHARACTERS else min(length, _WIDEST_CHARACTERS)
        for length in lengths
    ]
    if widths and not any(widths):
        widths[0] = 1
    return widths


def _broken(text: str, strip: bool = True) -> str:
    """`text` on one line; words that are too long for a line become breakable."""
    line = one_line(text) if strip else one_line(f".{text}.")[1:-1]
    return _LONG_WORD.sub(_pieces, line)


def _broken_cell(text: str) -> str:
    return _LONG_WORD_OF_CELL.sub(_pieces, one_line(text))


def _pieces(match: re.Match[str]) -> str:
    word = match.group()
    starts = range(0, len(word), _WORD_PIECE)
    return _ZERO_WIDTH_SPACE.join(word[at : at + _WORD_PIECE] for at in starts)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
