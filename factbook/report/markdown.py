"""The report as Markdown (CommonMark, with the tables of GitHub)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from factbook.report.blocks import (
    Document,
    Heading,
    Headline,
    KeyMessages,
    ListBlock,
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
    contents,
    linked,
)
from factbook.report.text import one_line, safe_href

_SPECIAL = re.compile(r"[\\`*\[\]<$~|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;|#?\w*$)")
_LINE_START = re.compile(r"(?=[#+=>-])")
_NUMBER_AT_START = re.compile(r"(\d{1,9})(?=[.)](?:\s|$))")


def to_markdown(document: Document) -> bytes:
    """The report as UTF-8 Markdown.

    Rendering shows every text unchanged. A comment before the heading of a section contains its
    id and the mark of its text: ``<!-- section 1.1.2@AT text 4f1d2a9c30 -->``; one under the title
    contains the project.
    """
    parts = [*_title_page(document), *_contents(document), *_blocks(document)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def escape_text(text: str) -> str:
    """`text` on one line, escaped so that Markdown shows its characters, for use inside a line."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))


def _line(escaped: str) -> str:
    """An escaped text as a whole line, where a few more characters have a meaning."""
    escaped = _LINE_START.sub(r"\\", escaped, count=1) if _LINE_START.match(escaped) else escaped
    return _NUMBER_AT_START.sub(r"\1\\", escaped) if _NUMBER_AT_START.match(escaped) else escaped


def _title_page(document: Document) -> Iterator[str]:
    yield _heading(1, document.title)
    if document.project:
        yield f"<!-- project {_in_comment(document.project)} -->"
    if one_line(document.subtitle):
        yield inline((Run(text=document.subtitle, bold=True),))
    if one_line(document.date):
        yield inline((Run(text=document.date),))
    yield from (inline((Run(text=text),)) for text in document.context if one_line(text))


def _contents(document: Document) -> Iterator[str]:
    entries = list(contents(document))
    if not entries:
        return
    yield _heading(2, CONTENTS_TITLE)
    depth: list[int] = []
    lines: list[str] = []
    for entry in entries:
        depth = [level for level in depth if level < entry.level]
        link = f"[{escape_text(entry.text)}](#{entry.anchor})"
        lines.append(f"{'  ' * len(depth)}- {link}")
        depth.append(entry.level)
    yield "\n".join(lines)


def _blocks(document: Document) -> Iterator[str]:
    """Each block as text; two consecutive lists get different marks."""
    previous_list = -1
    anchors = linked(document)
    for at, block in enumerate(document.blocks):
        if isinstance(block, Heading):
            yield _section_heading(block, anchors)
        elif isinstance(block, Headline):
            yield inline((Run(text=block.text, bold=True),))
        elif isinstance(block, KeyMessages):
            yield from _key_messages(block, anchors)
        elif isinstance(block, Paragraph):
            yield inline(block.runs)
        elif isinstance(block, TableBlock):
            yield from _table(block)
        elif isinstance(block, Notice):
            label = Run(text=f"{NOTICE_LABELS[block.tone]}:", bold=True)
            yield f"> {inline((label, Run(text=f' {one_line(block.text)}')))}"
        elif isinstance(block, Sources):
            # Lines of one paragraph, which cannot become part of a list before or after it.
            lines = [f"**{SOURCES_TITLE}**", *(inline(item) for item in block.items)]
            yield "\\\n".join(line for line in lines if line)
        else:
            other = previous_list == at - 1
            previous_list = -1 if other else at
            yield _list(block, other)


def _heading(level: int, text: str) -> str:
    escaped = escape_text(text)
    if escaped.endswith("#"):
        escaped = f"{escaped[:-1]}\\#"
    return f"{'#' * level} {_line(escaped)}".rstrip()


def _section_heading(block: Heading, anchors: Collection[str]) -> str:
    lines = []
    if block.section_id:
        text = f" text {block.text_mark}" if block.text_mark else ""
        lines.append(f"<!-- section {_in_comment(block.section_id)}{text} -->")
    if block.level <= CONTENTS_DEPTH or block.anchor in anchors:
        lines.append(f'<a id="{block.anchor}"></a>')
    lines.append(_heading(block.level + 1, block.text))
    return "\n\n".join(lines)


def _key_messages(block: KeyMessages, anchors: Collection[str]) -> Iterator[str]:
    if one_line(block.title):
        yield inline((Run(text=block.title, bold=True),))
    lines = []
    for item in block.items:
        place = escape_text(item.place)
        place = f"[{place}](#{item.anchor})" if item.anchor in anchors else place
        lines.append(f"- {inline((Run(text=item.text),))} ({place})")
    yield "\n".join(lines)


def _in_comment(text: str) -> str:
    """A text that cannot end a comment."""
    return re.sub(r"[-<>]*[<>][-<>]*|--+", "-", one_line(text))


def inline(runs: Iterable[Run]) -> str:
    """Runs as a line of Markdown.

    Emphasis is left out if Markdown would show its marks instead (without a blank or letter where
    one is needed).
    """
    runs = [run for run in runs if run.text]
    out: list[str] = []
    last = ""
    for at, run in enumerate(runs):
        text = _SPECIAL.sub(r"\\\g<0>", _inner(run.text))
        after = _inner(runs[at + 1].text)[:1] if at + 1 < len(runs) else ""
        styled = _styled(run, text, last, after) if text.strip() else text
        if styled.startswith("[") and last == "!":  # else it would be an image
            out[-1] = f"{out[-1][:-1]}\\!"
        out.append(styled)
        last = styled[-1:] or last
    return _line("".join(out).strip())


def _inner(text: str) -> str:
    """One line, with the blanks at the ends that separate a run from its neighbours."""
    core = one_line(text)
    if not core:
        return " " if text else ""
    before = " " if text[0].isspace() else ""
    return before + core + (" " if text[-1].isspace() else "")


def _styled(run: Run, text: str, before: str, after: str) -> str:
    """A run's escaped text with its marks; blanks at its ends stay outside the marks.

    Args:
        run: The run.
        text: Its text, escaped.
        before: The character before it; empty at the beginning of the line.
        after: The character after it; empty at its end.
    """
    core = text.strip()
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    marks = "**" * run.bold + "*" * run.italic
    opens = core[0].isalnum() or not (before + lead) or (before + lead)[-1].isspace()
    closes = core[-1].isalnum() or not (trail + after) or (trail + after)[0].isspace()
    if marks and opens and closes and not (before + lead).endswith("*"):
        core = f"{marks}{core}{marks}"
    href = safe_href(run.href)
    if href:
        core = f"[{core}](<{href.replace(chr(92), chr(92) * 2)}>)"
    return lead + core + trail


def _list(block: ListBlock, other: bool) -> str:
    if block.ordered:
        marks = [f"{number}{')' if other else '.'}" for number in range(1, len(block.items) + 1)]
    else:
        marks = ["*" if other else "-"] * len(block.items)
    return "\n".join(
        f"{mark} {inline(item)}".rstrip() for mark, item in zip(marks, block.items, strict=True)
    )


def _table(block: TableBlock) -> Iterator[str]:
    if one_line(block.caption):
        yield inline((Run(text=block.caption, bold=True),))
    if block.columns:
        yield "\n".join(_table_lines(block))
    if one_line(block.note):
        yield inline((Run(text=block.note, italic=True),))


def _table_lines(block: TableBlock) -> Iterator[str]:
    """The lines of a table, padded so that it is readable in the file too."""
    rows = [[escape_text(cell) for cell in row] for row in (block.columns, *block.rows)]
    widths = [max(3, *(len(cell) for cell in column)) for column in zip(*rows, strict=True)]
    rules = [
        "-" * (width - 1) + ":" if numeric else "-" * width
        for width, numeric in zip(widths, block.numeric, strict=True)
    ]
    for row in (rows[0], rules, *rows[1:]):
        cells = (
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(row, widths, block.numeric, strict=True)
        )
        yield f"| {' | '.join(cells)} |"
