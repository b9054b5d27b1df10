"""Reading a Markdown report that an editor has changed into pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from factbook.report.blocks import ListBlock, Paragraph, Run
from factbook.report.contents import NOTICE_LABELS, SOURCES_TITLE
from factbook.report.pieces import HeadingPiece, Piece, ProjectPiece, TablePiece, TextPiece
from factbook.report.text import parse_text

_MARK = re.compile(r"<!-- section (.+?)(?: text ([0-9a-f]{10}))? -->\s*")
_PROJECT = re.compile(r"<!-- project (.+?) -->\s*")
_ANCHOR = re.compile(r'<a id="[^"]*"></a>\s*')
_HEADING = re.compile(r"(#{1,6})(?:\s++(.*))?")
_HEADING_END = re.compile(r"(?:^|(?<=\s))#++\Z")
_UNDERLINED = re.compile(r"([^\n]+)\n(=+|-{2,})")
_FENCE = re.compile(r"`{3,}|~{3,}")
_NOTICE = re.compile(rf">\s*\*\*(?:{'|'.join(map(re.escape, NOTICE_LABELS.values()))}):\*\*")
_CELL_END = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")


def read_markdown(text: str) -> Iterator[Piece]:
    """The pieces of a Markdown report.

    Args:
        text: The file's text.
    """
    mark: tuple[str, ...] = ()
    text_mark = ""
    for chunk in _chunks(text):
        if found := _MARK.fullmatch(chunk):
            mark, text_mark = (found.group(1),), found.group(2) or ""
        elif found := _PROJECT.fullmatch(chunk):
            yield ProjectPiece(found.group(1))
        elif _ANCHOR.fullmatch(chunk):
            continue
        elif found := _HEADING.fullmatch(chunk):
            level, text = (
                len(found.group(1)) - 1,
                _plain(_HEADING_END.sub("", found.group(2) or "")),
            )
            yield HeadingPiece(level, text, mark, text_mark)
            mark, text_mark = (), ""
        elif found := _UNDERLINED.fullmatch(chunk):
            level, text = 0 if found.group(2)[0] == "=" else 1, _plain(found.group(1))
            yield HeadingPiece(level, text, mark, text_mark)
            mark, text_mark = (), ""
        elif _is_table(chunk):
            yield TablePiece(tuple(_cells(chunk)))
        else:
            yield from _text(chunk)


def _chunks(text: str) -> Iterator[str]:
    """The text between blank lines; marks, anchors and headings are separate chunks."""
    lines: list[str] = []
    fence = ""
    for line in [*re.sub("\r\n?", "\n", text).split("\n"), ""]:
        bare = line.strip()
        if fence:
            fence = "" if bare.startswith(fence) else fence
            lines.append(line)
            continue
        alone = any(kind.fullmatch(bare) for kind in (_MARK, _PROJECT, _ANCHOR, _HEADING))
        if (alone or not bare) and lines:
            yield "\n".join(lines)
            lines = []
        if alone:
            yield bare
        elif bare:
            opening = _FENCE.match(bare)
            fence = opening.group() if opening else ""
            lines.append(line)
    if lines:  # an unclosed fence
        yield "\n".join(lines)


def _is_table(chunk: str) -> bool:
    """Whether lines are a table, by the bar at their beginning or the rule under the first."""
    _, _, rest = chunk.partition("\n")
    rule = rest.partition("\n")[0]
    has_rule = "|" in rule and all(_RULE.fullmatch(cell) for cell in _split(rule))
    return chunk.startswith("|") or has_rule


def _text(chunk: str) -> Iterator[TextPiece]:
    if _NOTICE.match(chunk):
        chunk = " ".join(line.lstrip("> ") for line in chunk.split("\n"))
        yield TextPiece(Paragraph(runs=(Run(text=_plain(chunk)),)), is_beside=True)
        return
    is_beside = chunk.startswith(f"**{SOURCES_TITLE}**")
    for block in parse_text(chunk):
        if isinstance(block, Paragraph | ListBlock):
            yield TextPiece(block, is_beside)


def _cells(chunk: str) -> Iterator[str]:
    for line in chunk.split("\n"):
        cells = _split(line)
        if not all(_RULE.fullmatch(cell) for cell in cells):
            yield from (_plain(cell) for cell in cells)


def _split(line: str) -> list[str]:
    """The cells of a line of a table."""
    bare = line.strip().removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    return [cell.strip() for cell in _CELL_END.split(bare)]


def _plain(text: str) -> str:
    """A line of Markdown without its marks."""
    lines = []
    for block in parse_text(text):
        if isinstance(block, Paragraph):
            lines.append("".join(run.text for run in block.runs))
        elif isinstance(block, ListBlock):
            lines += ["".join(run.text for run in item) for item in block.items]
    return " ".join(lines)
