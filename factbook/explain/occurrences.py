"""Where figures stand in a report: headlines, texts, summaries, tables, key messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from factbook.checking.claims import reference_claims
from factbook.evidence.facts import Fact
from factbook.evidence.references import NO_BREAK_SPACE, REFERENCE, SENTENCE_END, rendered_parts
from factbook.explain.figure_name import FigureName, number_in, plain
from factbook.folder.manifest_parts import KeyMessage
from factbook.report.blocks import Table
from factbook.report.cells import MOST_DECIMALS, cell
from factbook.report.figure_table import figure_tables
from factbook.writing.record import SectionRecord

_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")

Where = Literal["headline", "text", "summary", "table", "key message"]


@dataclass(frozen=True)
class Occurrence:
    """A figure at a place of the report.

    Attributes:
        section_id: The section whose fact it is.
        where: What it stands in.
        fact_id: The fact; empty for plain digits, behind which there is none.
        shown: The figure as readers see it.
        words: The sentence in which it stands; of a table its title, the row and the column.
    """

    section_id: str
    where: Where
    fact_id: str
    shown: str
    words: str


def occurrences(
    record: SectionRecord, place: str, name: FigureName, *, with_tables: bool = True
) -> Iterator[Occurrence]:
    """The figures of a section that are what was named, in the order of the report.

    Args:
        record: What the section became.
        place: Name of its place.
        name: What was named.
        with_tables: Whether the tables count, which takes longer.

    Raises:
        KeyError: A text refers to a fact that the record does not have.
    """
    texts: tuple[tuple[Where, str], ...] = (
        ("headline", record.headline),
        ("text", record.source_text),
        ("summary", record.summary),
    )
    for where, source_text in texts:
        yield from _in_text(record.section_id, where, source_text, record.by_id, name)
    if with_tables:
        yield from _in_tables(record, place, name)


def in_messages(
    messages: Iterable[KeyMessage], facts: Mapping[str, Fact], name: FigureName
) -> Iterator[Occurrence]:
    """The figures of a section's key messages that are what was named.

    Args:
        messages: Key messages that come from one section.
        facts: The facts of that section, by id.
        name: What was named.

    Raises:
        KeyError: A message refers to a fact that is not among them.
    """
    for one in messages:
        yield from _in_text(one.section, "key message", one.source_text, facts, name)


def plain_digits(record: SectionRecord, name: FigureName) -> Iterator[Occurrence]:
    """The same number in the texts of a section where it is no reference to a fact.

    Args:
        record: What the section became.
        name: What was named.

    Raises:
        KeyError: A text refers to a fact that the record does not have.
    """
    texts: tuple[tuple[Where, str], ...] = (
        ("text", record.source_text),
        ("headline", record.headline),
    )
    for where, source_text in texts:
        for sentence in map(str.strip, SENTENCE_END.split(source_text)):
            parts = list(rendered_parts(sentence, record.by_id))
            words = [word for part in parts[::2] for word in part.split()]
            for word in words:
                digits = word.strip("().,;:!?[]")
                if name.number is not None and number_in(plain(digits)) == name.number:
                    yield Occurrence(record.section_id, where, "", digits, "".join(parts))
                    break


def _in_text(
    section_id: str, where: Where, source_text: str, facts: Mapping[str, Fact], name: FigureName
) -> Iterator[Occurrence]:
    """The figures of a source text; those in one sentence in their order."""
    for sentence in map(str.strip, SENTENCE_END.split(source_text)):
        ids = REFERENCE.findall(sentence)
        if not ids or (name.fact_id and name.fact_id not in ids):
            continue
        figures = list(rendered_parts(sentence, facts))[1::2]
        claims = reference_claims(section_id, sentence, facts)
        for fact_id, figure, claim in zip(ids, figures, claims, strict=True):
            if name.fact_id in ("", fact_id) and name.is_shown_as(figure, facts[fact_id].value):
                yield Occurrence(
                    section_id, where, fact_id, _breakable(figure), _breakable(claim.claim)
                )


def _in_tables(record: SectionRecord, place: str, name: FigureName) -> Iterator[Occurrence]:
    """The figures of the tables under a section."""
    tables: tuple[Table, ...] = ()
    for fact_id in record.figures:
        fact = record.by_id[fact_id]
        if name.fact_id not in ("", fact_id) or not name.may_be(fact.value):
            continue
        tables = tables or figure_tables(record, place)
        found = _cell_of(fact, tables)
        if found is not None:
            figure, words = found
            if name.is_shown_as(figure, fact.value):
                yield Occurrence(record.section_id, "table", fact_id, figure, words)


def _cell_of(fact: Fact, tables: Iterable[Table]) -> tuple[str, str] | None:
    """The cell in which a fact stands with its unit, and what is around it; None without one.

    Tables are texts: the cell is the one with the fact's number whose row and column say most of
    what the fact is of, and nothing else.
    """
    best: tuple[int, str, str] | None = None
    for table in tables:
        for row in table.rows:
            for head, text in zip(table.columns[1:], row[1:], strict=True):
                around = f"{row[0]} {head}"
                if text != cell(fact, _decimals(text)) or not _may_be_of(fact, around):
                    continue
                said = (fact.subject in around, fact.plain_metric in around, _says(fact, around))
                if best is None or sum(said) > best[0]:
                    best = (sum(said), text, f"{table.caption}: {row[0]}, {head}")
    if best is None:
        return None
    number = best[1].removesuffix(f" {fact.status}") if fact.status else best[1]
    return f"{number}{'' if fact.unit.startswith('%') else ' '}{fact.unit}".strip(), best[2]


def _may_be_of(fact: Fact, around: str) -> bool:
    """Whether row and column name the years of a fact, or none, and call it a share if it is."""
    of_fact, seen = set(_YEAR.findall(fact.period)), set(_YEAR.findall(around))
    is_share = fact.kind == "share of category"
    return (of_fact <= seen or not seen) and (not is_share or _says(fact, around))


def _says(fact: Fact, around: str) -> bool:
    """Whether row and column say that a fact is a change, a share, or neither."""
    words = around.casefold()
    if "change" in fact.kind:
        return "change" in words
    return "share" in words if fact.kind == "share of category" else "change" not in words


def _breakable(text: str) -> str:
    """A text with plain blanks, so that a figure is the same wherever it stands."""
    return text.replace(NO_BREAK_SPACE, " ")


def _decimals(text: str) -> int:
    """Decimals of the number in a cell."""
    number = number_in(plain(text))
    if number is None:
        return 0
    return min(max(-int(number.as_tuple().exponent), 0), MOST_DECIMALS)
