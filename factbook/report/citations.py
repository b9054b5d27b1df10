"""Citations of sources: the list under a section's text, and that of the whole report."""

from __future__ import annotations

from collections.abc import Iterable

from factbook.evidence.references import citations
from factbook.llm.chat import Source
from factbook.report.blocks import Run, Sources
from factbook.report.text import one_line, web_href
from factbook.writing.record import SectionRecord


def cited(record: SectionRecord) -> dict[int, Source]:
    """The sources that a section's headline and text cite, by the number that readers see.

    Raises:
        KeyError: One cites a source that is not among the section's.
    """
    found = {}
    for number in citations("\n".join(record.told)):
        if number > len(record.sources):
            raise KeyError(f"S{number}")
        found[number] = record.sources[number - 1]
    return found


def source_list(record: SectionRecord) -> tuple[Sources, ...]:
    """The list under a section's text; empty when it cites nothing."""
    items = tuple(
        (Run(text=f"[{number}] "), *source_runs(source)) for number, source in cited(record).items()
    )
    return (Sources(items=items),) if items else ()


def source_line(record: SectionRecord) -> str:
    """A section's sources in one line, for a table; empty when it cites nothing."""
    pieces = [
        f"[{number}] {''.join(run.text for run in source_runs(source))}"
        for number, source in cited(record).items()
    ]
    return f"Sources: {'; '.join(pieces)}" if pieces else ""


def all_cited(records: Iterable[SectionRecord]) -> tuple[Source, ...]:
    """The sources of all sections, each address once, in the order of first use."""
    found: dict[str, Source] = {}
    for record in records:
        for source in cited(record).values():
            found.setdefault(one_line(source.url) or one_line(source.title), source)
    return tuple(found.values())


def source_runs(source: Source) -> tuple[Run, ...]:
    """Title and address; a web address is a link."""
    title, url = one_line(source.title), one_line(source.url)
    address = (Run(text=url, href=web_href(url)),) if url else ()
    return address if title in ("", url) else (Run(text=f"{title}, " if url else title), *address)
