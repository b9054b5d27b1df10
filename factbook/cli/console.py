"""What commands print: text of projects and servers cannot command the terminal.

A name in a project, or a lease that somebody has sent, can hold sequences that set a terminal's
title, fill its clipboard, hide lines or turn them round, and line ends with which it would write
sentences of its own among ours. What Rich itself adds, colours and the movements of a
progress bar, stands apart from the text and is left alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_CONTROLS = {
    number: f"\\x{number:02x}"
    for number in (*range(0x20), *range(0x7F, 0xA0))
    if chr(number) not in "\t\n"
}
REVERSING = {
    number: f"\\u{number:04x}"
    for number in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
"""Characters that change the direction of text, and Unicode's own line ends → what is shown."""

_SHOWN = _CONTROLS | REVERSING
"""With them control characters of ASCII and of Latin-1, but for tabs and line ends."""

_IN_A_SENTENCE = _SHOWN | {ord("\n"): "\\n"}


class PlainConsole(Console):
    """A console whose texts hold no control characters but tabs and line ends."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of a renderable, with control characters in texts escaped."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(shown(segment.text), segment.style)


class PlainFormatter(logging.Formatter):
    """A formatter of log lines: a message is one line without control characters."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line of a record, without the lines of an error."""
        return in_one_line(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, and the lines of its error."""
        return shown(super().format(record))


def shown(text: str) -> str:
    """A text for a terminal: control characters but tabs and line ends are escaped."""
    return text.translate(_SHOWN)


def in_one_line(text: str) -> str:
    """A sentence for a terminal, in which line ends are escaped too: names can hold them."""
    return text.translate(_IN_A_SENTENCE)


def say(console: Console, sentence: str, *, is_wrapped: bool = False) -> None:
    """Print a sentence, which stays one whatever names stand in it.

    Args:
        console: Where to print.
        sentence: The sentence; it is no markup.
        is_wrapped: Whether it is wrapped at words; else a terminal breaks it where it must.
    """
    text = in_one_line(sentence)
    console.print(text, soft_wrap=not is_wrapped, markup=False, highlight=False)
