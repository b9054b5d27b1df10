"""Documents that the exporters' tests share."""

import pytest

from factbook.report.blocks import (
    Document,
    Heading,
    Headline,
    KeyMessage,
    KeyMessages,
    ListBlock,
    Notice,
    Paragraph,
    Run,
    Sources,
    Table,
)
from factbook.report.text import parse_text

HOSTILE = (
    "</script><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</style></title><!-- --> <![CDATA[ ]]>",
    '#import "/etc/passwd": x',
    '#read("/etc/passwd") #eval("1")',
    "$x$ $$\\sum_{i}$$ *bold* _it_ `code` @label <label> // not a comment /* nor */ ~ -- ---",
    "{{ 7 * 7 }} {% raw %} {# #}",
    "&lt;b&gt; &amp; &#60;script&#62; &nosuch;",
    "=1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "# not a heading",
    "1. not a list",
    "- not a list",
    "> 50 % of it",
    "| a | b |",
    "[link](javascript:alert(1)) ![image](http://example.org/x.png)",
    "quote \" and ' and \\ and \\n and \\u{41} and \\",
    "null \x00 bell \x07 escape \x1b[31m delete \x7f next \x85 end",
    "surrogate \ud800 and \udfff, non-characters \ufffe \uffff",
    "separators \u2028 and \u2029",
    "right \u202e to left \u202c and back",
    "emoji \U0001f600 \U0001f1e6\U0001f1f9 \U0001f469\u200d\U0001f52c",
    "Hebrew שלום, Arabic مرحبا, Greek Ελλάδα, Cyrillic Україна, Chinese 中国, Japanese 日本",
    "kton_CO2 of 67.3\u00a0TWh",
    "x" * 400,
)
"""Texts that break what treats text as markup."""


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile_text(request: pytest.FixtureRequest) -> str:
    """One text after another that breaks what treats text as markup."""
    return str(request.param)


@pytest.fixture
def hostile_document() -> Document:
    """A document with every hostile text in every place that holds text."""
    return document_of(*HOSTILE)


def document_of(*texts: str) -> Document:
    """A document with each of `texts` in every place that holds text."""
    blocks = []
    for number, text in enumerate(texts):
        run = Run(text=text)
        blocks += [
            Heading(level=1, text=text, anchor=f"chapter-{number}"),
            KeyMessages(
                title=text, items=(KeyMessage(text=text, place=text, anchor=f"s-{number}"),)
            ),
            Heading(level=4, text=text, anchor=f"s-{number}", section_id=f"1.{number}@{text}"),
            Headline(text=text),
            Paragraph(runs=(run, Run(text=text, bold=True), Run(text=text, href=text))),
            ListBlock(items=((run,), (run,))),
            ListBlock(ordered=True, items=((run,), (run,))),
            Table(
                caption=text,
                columns=(text, "Value"),
                rows=((text, text), (text, "1.0")),
                numeric=(False, True),
                note=text,
            ),
            Sources(items=((Run(text="[1] "), run, Run(text=text, href=text)),)),
            Notice(tone="missing", text=text),
        ]
    return Document(
        title=texts[0], subtitle=texts[-1], context=texts, date=texts[0], blocks=tuple(blocks)
    )


@pytest.fixture
def cited_document() -> Document:
    """A section that cites two sources and is marked in every way."""
    address = "https://example.org/report?year=2021&page=3"
    return Document(
        title="Cited",
        blocks=(
            Heading(level=1, text="1 Supply", anchor="c"),
            Notice(tone="partial", text="The model's text stands."),
            *parse_text("A record [1, 2]. More [1]."),
            Notice(tone="marked", text="40 has no fact."),
            Sources(
                items=(
                    (Run(text="[1] "), Run(text="A *report*, "), Run(text=address, href=address)),
                    (Run(text="[2] "), Run(text="A book, ftp://example.org/book")),
                )
            ),
            ListBlock(items=((Run(text="after"),),)),
        ),
    )


@pytest.fixture
def unfinished_document(document: Document) -> Document:
    """A report that says before its first chapter that it is unfinished."""
    notice = Notice(tone="partial", text="This report is incomplete: 1 section is degraded.")
    return document.model_copy(update={"blocks": (notice, *document.blocks)})


@pytest.fixture
def document() -> Document:
    """A small report with every kind of block."""
    return Document(
        title="Electricity in two countries",
        subtitle="Selection of 2 of 4 sections",
        context=("A review of electricity supply.", "Figures come from one table."),
        date="12 March 2026",
        language="en-GB",
        blocks=(
            Heading(level=1, text="1 Supply", anchor="objective-1"),
            Notice(tone="note", text="Great Britain was dropped."),
            Heading(level=2, text="1.1 Generation", anchor="task-1-1"),
            Heading(level=3, text="1.1.2 Total generation", anchor="sub-task-1-1-2"),
            Heading(level=4, text="Austria", anchor="s-1-1-2-at", section_id="1.1.2@AT"),
            Paragraph(
                runs=(
                    Run(text="Austria generated 67.3\u00a0TWh in 2021, "),
                    Run(text="more than before", bold=True),
                    Run(text=", "),
                    Run(text="by far", italic=True),
                    Run(text="; see "),
                    Run(text="the source", href="https://example.org/a?b=1&c=2"),
                    Run(text="."),
                )
            ),
            ListBlock(items=((Run(text="hydro"),), (Run(text="wind"),))),
            ListBlock(ordered=True, items=((Run(text="first"),), (Run(text="second"),))),
            ListBlock(ordered=True, items=((Run(text="first again"),),)),
            Table(
                caption="Main figures: Austria",
                columns=("Subject", "Period", "Value", "Unit"),
                rows=(("Hydro", "2021", "38.8", "TWh"), ("Wind", "2021", "6.74", "TWh")),
                numeric=(False, False, True, False),
                note="Source: etm.csv, rows 2–3.",
            ),
            Heading(level=4, text="Belgium", anchor="s-1-1-2-be", section_id="1.1.2@BE"),
            Notice(tone="missing", text="This section could not be written."),
            Heading(level=1, text="2 Conclusion", anchor="objective-2"),
            Heading(level=4, text="Austria", anchor="conclusion-at", section_id="conclusion@AT"),
            Notice(tone="degraded", text="The offline writer's text stands in."),
            Paragraph(runs=(Run(text="Supply grew."),)),
        ),
    )


@pytest.fixture
def told_document() -> Document:
    """A report with key messages, and a section with a headline and one without."""
    messages = (
        KeyMessage(text="Wind passed coal.", place="Austria, 1.1.2 Wind", anchor="s-1-1-2-at"),
        KeyMessage(text="3.4 TWh is little.", place="Gone", anchor="not-there"),
    )
    return Document(
        title="Told",
        blocks=(
            Notice(tone="partial", text="Not all is there."),
            Heading(level=1, text="At a glance", anchor="at-a-glance"),
            KeyMessages(items=messages),
            Heading(level=1, text="1 Supply", anchor="chapter-1"),
            KeyMessages(title="Key messages", items=messages[:1]),
            Heading(level=2, text="1.1 Generation", anchor="task-1-1"),
            Heading(level=3, text="1.1.2 Wind", anchor="part-1-1-2"),
            Heading(level=4, text="Austria", anchor="s-1-1-2-at", section_id="1.1.2@AT"),
            Headline(text="Wind *passed* coal in 2019"),
            *parse_text("Wind gave 6.5 TWh. " * 40),
            Heading(level=4, text="France", anchor="s-1-1-2-fr", section_id="1.1.2@FR"),
            *parse_text("Wind gave more."),
        ),
    )
