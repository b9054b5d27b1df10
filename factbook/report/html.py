"""The report as one HTML file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from factbook.report.blocks import Document, Heading
from factbook.report.contents import (
    CONTENTS_TITLE,
    KEY_MESSAGES_TITLE,
    NOTICE_LABELS,
    SOURCES_TITLE,
    contents,
    linked,
)
from factbook.report.notices import split_front
from factbook.report.text import clean, safe_href


@dataclass
class Entry:
    """An entry of the contents with the entries under it."""

    heading: Heading
    children: list[Entry] = field(default_factory=list)


def to_html(document: Document) -> bytes:
    """The report as one self-contained UTF-8 HTML file.

    All text is escaped; the Content-Security-Policy allows only the file's own style. The heading
    of a section has its id in ``data-section-id``.
    """
    templates = resources.files("factbook.report") / "templates"
    style = (templates / "report.css").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=_cleaned)
    environment.filters["safe_href"] = safe_href
    template = environment.from_string(
        (templates / "report.html.jinja").read_text(encoding="utf-8")
    )
    notices, blocks = split_front(document)
    page = template.render(
        document=document,
        notices=notices,
        blocks=blocks,
        entries=contents_tree(document),
        contents_title=CONTENTS_TITLE,
        notice_labels=NOTICE_LABELS,
        sources_title=SOURCES_TITLE,
        key_messages_title=KEY_MESSAGES_TITLE,
        linked=linked(document),
        style=Markup(style),  # noqa: S704  the package's own file
        style_sha256=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return page.encode()


def contents_tree(document: Document) -> list[Entry]:
    """The contents, each heading under the nearest preceding one of a higher level."""
    top: list[Entry] = []
    open_entries: list[Entry] = []
    for heading in contents(document):
        while open_entries and open_entries[-1].heading.level >= heading.level:
            open_entries.pop()
        entry = Entry(heading)
        (open_entries[-1].children if open_entries else top).append(entry)
        open_entries.append(entry)
    return top


def _cleaned(value: object) -> object:
    """A value that the template prints, without characters that formats may not contain."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
