"""Text of people and models: made safe for every format, and read as simple Markdown.

Section texts are prose. Models and editors sometimes add Markdown: emphasis, links, lists. That is
kept; anything else that looks like Markdown but would change the words or a figure (``> 50 %``,
``2021. The``, ``- 3.4 TWh``, ``kton_CO2``) stays plain text.
"""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from factbook.checking.characters import FORMAT_CHARACTER
from factbook.report.blocks import AnyBlock, ListBlock, Paragraph, Run

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
    f"|{FORMAT_CHARACTER.pattern}"
)
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSAFE = re.compile(f"{_FORBIDDEN.pattern}|{_LINE_BREAK.pattern}")
_LINE_BREAKS = re.compile(r"[\n\t]+")
_SAFE_HREF = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_HREF_LIKE = re.compile(r"[a-z][a-z0-9+.-]*:|.*[/.#]", re.IGNORECASE | re.DOTALL)
_MARKDOWN = re.compile(
    r"[\\`*\[<&]|(?<!\w)_|_(?!\w)|^[ \t]*(?:[#+~-]|\d{1,9}[.)](?:[ \t]|$))", re.MULTILINE
)
_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n)")
_ASTERISKS_IN_WORD = re.compile(r"(?<=\w)\*+(?=\w)|(?<=[(\[])\*+(?=[)\]])")
_SENTENCE_END = re.compile(r"[.!?][)\"'’”»]*$")

_NO_CHANGE = frozenset({"blockquote", "code", "lheading", "reference"})
"""Disabled Markdown rules: they would remove characters from plain prose."""

_LINKING = frozenset({"autolink", "entity", "image", "link"})
"""Rules that are disabled as well where a text has no links: all of it stays visible."""


def clean(text: str) -> str:
    """Remove what formats may not contain.

    Control characters and Unicode's non-characters are removed (XML forbids them), and so are
    format characters, which nobody sees, but for the joiners; lone surrogates become U+FFFD. All
    line ends become line feeds.
    """
    if not _UNSAFE.search(text):
        return text
    text = _LINE_BREAK.sub("\n", text)
    return _FORBIDDEN.sub(lambda hit: "\ufffd" if "\ud800" <= hit.group() <= "\udfff" else "", text)


def one_line(text: str) -> str:
    """`text`, cleaned, as one line without blanks at its ends."""
    return _LINE_BREAKS.sub(" ", clean(text)).strip()


def safe_href(href: str) -> str:
    """The target of a link if a report may contain it (web, mail), else empty."""
    href = clean(href).strip()
    return href if _SAFE_HREF.fullmatch(href) else ""


def web_href(url: str) -> str:
    """The target of a web link if a report may contain it, else empty."""
    href = safe_href(url)
    return href if href[:4].casefold() == "http" else ""


def parse_text(text: str, *, links: bool = True) -> tuple[AnyBlock, ...]:
    """Read a section's text as paragraphs and lists.

    Headings, code, tables, HTML and the descriptions of images become the text of paragraphs;
    links to anything but the web and mail lose their target. Nested lists follow their parent's
    item. An empty text has no blocks.

    Args:
        text: The text.
        links: Whether it may have links. A person's may; in the text of a model, and in names out
            of data, a link and all that could hide one is shown as it is written.
    """
    text = "\n".join(line.rstrip(" \t") for line in clean(text).split("\n"))
    if not _MARKDOWN.search(text):
        return _paragraphs(text)
    tokens = _parser(links=links).parse(_ASTERISKS_IN_WORD.sub(_escaped, text))
    blocks = _Reader(tokens).blocks()
    return blocks or _paragraphs(text)


def _paragraphs(text: str) -> tuple[Paragraph, ...]:
    texts = (
        one_line("\n".join(line.strip(" \t") for line in part.split("\n")))
        for part in _BLANK_LINE.split(text)
    )
    return tuple(Paragraph(runs=(Run(text=part),)) for part in texts if part)


def _escaped(match: re.Match[str]) -> str:
    return match.group().replace("*", "\\*")


def _links_somewhere(url: str) -> bool:
    """Whether a link has a real target: ``[Austria](AT)`` is prose with a bracket."""
    return _HREF_LIKE.match(url) is not None


@cache
def _parser(*, links: bool) -> MarkdownIt:
    disabled = _NO_CHANGE if links else _NO_CHANGE | _LINKING
    parser = MarkdownIt("commonmark", {"html": False}).disable(sorted(disabled))
    parser.validateLink = _links_somewhere  # type: ignore[method-assign]
    return parser


class _Reader:
    """Turns the tokens of one text into blocks, from first to last."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def blocks(self) -> tuple[AnyBlock, ...]:
        """All blocks up to the end, or to the end of the open list."""
        found: list[AnyBlock] = []
        while self._at < len(self._tokens) and self._tokens[self._at].nesting != -1:
            token = self._take()
            if token.type in ("bullet_list_open", "ordered_list_open"):
                found += self._list(token)
            elif token.type == "heading_open":
                found += _paragraph(_heading_runs(token, self._take()))
                self._take()
            elif token.type == "paragraph_open":
                found += _paragraph(_runs(self._take()))
                self._take()
            elif token.type == "fence":
                found += _paragraphs(token.content)
        return tuple(found)

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _list(self, opening: Token) -> list[AnyBlock]:
        """One list; its marks stay text if they may be more than marks."""
        ordered = opening.type == "ordered_list_open"
        items: list[tuple[str, tuple[AnyBlock, ...]]] = []
        while (token := self._take()).type == "list_item_open":
            mark = f"{token.info}{token.markup}" if ordered else token.markup
            items.append((mark, self.blocks()))
            self._take()
        if _is_list(items, ordered):
            return _grouped(items, ordered)
        return [block for mark, content in items for block in _marked(mark, content)]


def _is_list(items: list[tuple[str, tuple[AnyBlock, ...]]], ordered: bool) -> bool:
    """Whether the marks of a list can be removed without loss.

    They cannot if the numbers are not 1, 2, 3 ("2021. The", a list that continues after a
    paragraph), with a plus sign, with a single item that begins with a digit ("- 3.4 TWh"), or with
    a mark without text after it.
    """
    if not all(content and isinstance(content[0], Paragraph) for _, content in items):
        return False
    if ordered:
        flat = all(len(content) == 1 for _, content in items)
        return flat and _counts([int(mark[:-1]) for mark, _ in items])
    if items[0][0] == "+":
        return False
    first = items[0][1][0]
    digit_first = isinstance(first, Paragraph) and first.runs[0].text[:1].isdigit()
    return len(items) > 1 or not digit_first


def _counts(numbers: list[int]) -> bool:
    return numbers == list(range(1, len(numbers) + 1)) or set(numbers) == {1}


def _grouped(items: list[tuple[str, tuple[AnyBlock, ...]]], ordered: bool) -> list[AnyBlock]:
    """The items as one list; a list inside an item of a bullet list is merged into it."""
    found: list[AnyBlock] = []
    pending: list[tuple[Run, ...]] = []
    for _, content in items:
        for block in content:
            if isinstance(block, Paragraph):
                pending.append(block.runs)
            elif isinstance(block, ListBlock) and not block.ordered and not ordered:
                pending += block.items
            else:
                found += [ListBlock(ordered=ordered, items=tuple(pending)), block]
                pending = []
    if pending:
        found.append(ListBlock(ordered=ordered, items=tuple(pending)))
    return [block for block in found if not isinstance(block, ListBlock) or block.items]


def _marked(mark: str, content: tuple[AnyBlock, ...]) -> list[AnyBlock]:
    """An item as paragraphs, with its mark as text before the first."""
    if content and isinstance(content[0], Paragraph):
        runs = (Run(text=f"{mark} "), *content[0].runs)
        return [Paragraph(runs=_joined(list(runs))), *content[1:]]
    return [Paragraph(runs=(Run(text=mark),)), *content]


def _paragraph(runs: tuple[Run, ...]) -> list[AnyBlock]:
    return [Paragraph(runs=runs)] if any(run.text.strip() for run in runs) else []


def _heading_runs(opening: Token, inline: Token) -> tuple[Run, ...]:
    """The text of a heading; ``# of plants: 3.`` is a sentence and keeps its number sign."""
    runs = _runs(inline)
    if opening.markup == "#" and runs and _SENTENCE_END.search(runs[-1].text):
        return _joined([Run(text="# "), *runs])
    return runs


def _runs(inline: Token) -> tuple[Run, ...]:
    """The runs of an inline token; neighbours of the same style are joined."""
    runs: list[Run] = []
    bold = italic = 0
    hrefs: list[str] = []
    for token in inline.children or []:
        if token.type in ("strong_open", "strong_close"):
            bold += token.nesting
        elif token.type in ("em_open", "em_close"):
            italic += token.nesting
        elif token.type == "link_open":
            hrefs.append(safe_href(str(token.attrs.get("href", ""))))
        elif token.type == "link_close":
            hrefs.pop()
        elif text := " " if token.type in ("softbreak", "hardbreak") else token.content:
            href = hrefs[-1] if hrefs else ""
            runs.append(Run(text=clean(text), bold=bold > 0, italic=italic > 0, href=href))
    return _joined(runs)


def _joined(runs: list[Run]) -> tuple[Run, ...]:
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].model_copy(update={"text": run.text}) == run:
            joined[-1] = run.model_copy(update={"text": joined[-1].text + run.text})
        elif run.text:
            joined.append(run)
    return tuple(joined)
