"""What commands print: text of projects and servers cannot command the terminal.

A name in a project, or a lease that somebody has sent, can hold sequences that set a terminal's
title, fill its clipboard or hide lines. What Rich itself adds, colours and the movements of a
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
"""Control characters of ASCII and of Latin-1, but for tabs and line ends → what is shown."""


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
    """A formatter of log lines whose messages hold no control characters."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return shown(super().format(record))


def shown(text: str) -> str:
    """A text for a terminal: control characters but tabs and line ends are escaped."""
    return text.translate(_CONTROLS)
