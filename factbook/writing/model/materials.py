"""Materials: what a prompt holds besides its task, as data, and cut to the room there is."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from factbook.data.statuses.flags import known_flags
from factbook.errors import ModelUnavailableError
from factbook.evidence.facts import Fact, to_csv_rows
from factbook.llm.chat import ChatRequest
from factbook.llm.tokens import tokens_of
from factbook.writing.job import SectionJob, Upstream
from factbook.writing.model.prompts import VARIABLES, render_prompt
from factbook.writing.model.stories import Stories, Story

HEADER = ("fact", "place", "subject", "metric", "period", "value", "unit")
FEWEST_FACTS = 3
"""Facts that a prompt must keep, where there are as many: with fewer a text would be empty."""

DIGITS_OF_A_SUM, DIGITS_OF_A_RESULT = 9, 5
"""Digits of figures that are computed: texts show three; the rest is noise, and paid by token."""

RANKS_TOLD = 5
"""Ranks from either end that a text may mention."""

_TAG_START = re.compile(r"<(?=\s*+/?+\s*+[^\W\d_])")
_REFERENCE = re.compile(r"\s?\{[FS][0-9]+\}")
_PLAIN = re.compile(r"[\n\t -~\N{EN DASH}]*")  # most texts, of which nothing has to go
_UNSEEN = ("Cc", "Cf", "Cs", "Co")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SENTENCES_OF_A_SHORT_TEXT = 2

Make = Callable[["Materials"], ChatRequest]
"""Makes the request with given materials."""


@dataclass(frozen=True)
class Materials:
    """What a prompt holds besides its task; all texts are data by `as_data`.

    Attributes:
        context: What the report is about.
        tone: ``[tone_and_feel]``, a line each.
        outline: Where the section stands; one text.
        neighbours: What the sections beside it cover.
        style_examples: Texts whose manner to take.
        research_notes: The sheet's; one text.
        notes: Notes for the prompt.
        upstream: Sections that it builds on.
        short_upstream: The same sections with their first sentences only.
        elsewhere: Sections that tell of the same data, with their subjects.
        searches: Results of searches.
        findings: What is worth saying, the strongest first.
        gaps: What the data do not hold.
        facts: The evidence.
        flags: Flag of the facts → its meaning.
        left_out: Name of a part → how many of how many entries were left out.
    """

    context: tuple[str, ...] = ()
    tone: tuple[str, ...] = ()
    outline: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    style_examples: tuple[str, ...] = ()
    research_notes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    short_upstream: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    findings: tuple[Story, ...] = ()
    gaps: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    flags: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def fact_ids(self) -> frozenset[str]:
        """Ids of the facts that the prompt holds."""
        return frozenset(fact.id for fact in self.facts)

    def only(self, *names: str, facts: Iterable[Fact] = ()) -> Materials:
        """These materials with some parts alone.

        Args:
            names: The parts.
            facts: The evidence in place of its own.
        """
        kept = {name: getattr(self, name) for name in (*names, "flags")}
        return Materials(**(kept | {"facts": tuple(facts) or kept.get("facts", ())}))

    def text(self, template: str) -> str:
        """A part of the prompt; empty where it would hold nothing.

        Args:
            template: Name of its template: ``report``, ``surroundings`` or ``materials``.
        """
        special = {
            "findings": "\n".join(one.text for one in self.told),
            "evidence": evidence_csv(self.facts) if self.facts else "",
            "left_out": ", ".join(
                f"{count} of {total} {name}" for name, (count, total) in self.left_out.items()
            ),
        }
        values = {
            name: special[name] if name in special else "\n".join(getattr(self, name))
            for name in VARIABLES[template]
        }
        return render_prompt(template, **values)

    @property
    def told(self) -> tuple[Story, ...]:
        """The findings of which the prompt holds all facts."""
        known = self.fact_ids
        return tuple(one for one in self.findings if one.fact_ids <= known)

    @property
    def legend(self) -> str:
        """What the flags of the facts mean; empty without any."""
        flags = (fact.status for fact in self.facts if fact.status)
        return as_line(known_flags(self.flags).legend(flags))


def materials_of(job: SectionJob, stories: Stories, searches: Iterable[str]) -> Materials:
    """All materials of a section.

    Args:
        job: The section.
        stories: Its findings and its evidence, capped.
        searches: Results of its searches, as data.
    """
    # A generated section has the findings of its parts: of their texts it needs the openings.
    is_joined = job.kind != "sub_task" and bool(stories.told)
    sentences = 1 if is_joined else _SENTENCES_OF_A_SHORT_TEXT
    short = _texts(_earlier(u, _beginning(u.text, sentences)) for u in job.upstream)
    return Materials(
        context=_texts([job.context]),
        tone=_texts(f"{name.replace('_', ' ')}: {text}" for name, text in job.tone.items()),
        outline=_texts([job.outline]),
        neighbours=_texts(
            f"{n.title}: {n.description}" if n.description else n.title for n in job.neighbours
        ),
        style_examples=_texts(job.style_examples),
        research_notes=_texts([job.research_notes]),
        notes=_texts(job.notes),
        upstream=short if is_joined else _texts(_earlier(u, u.text) for u in job.upstream),
        short_upstream=short,
        elsewhere=tuple(as_line(line) for line in stories.elsewhere),
        searches=tuple(searches),
        findings=tuple(
            replace(one, text=" ".join(as_data(one.text, keep_references=True).split()))
            for one in stories.told
        ),
        gaps=_texts(job.evidence.gap_sentences),
        facts=stories.facts,
        flags=job.evidence.flags,
    )


def tellable(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts without ranks that a text never mentions: all but the first and the last few.

    Args:
        facts: The evidence.
    """
    return tuple(
        fact
        for fact in facts
        if fact.kind != "rank"
        or fact.value <= RANKS_TOLD
        or fact.value > (fact.among or 0) - RANKS_TOLD
    )


def as_data(text: str, *, keep_references: bool = False) -> str:
    """Text of others as it may stand between tags: it can neither end its block nor open one.

    Every ``<`` that could begin a tag becomes ``‹``; characters that nobody sees go.

    Args:
        text: The text.
        keep_references: Whether references in braces stay. In text of another section they would
            name other facts and sources.
    """
    seen = text
    if not _PLAIN.fullmatch(text):
        seen = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)
    if not keep_references:
        seen = _REFERENCE.sub("", seen)
    return _TAG_START.sub("\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}", seen)


@lru_cache(maxsize=4096)  # a table of evidence says the same few names again and again
def as_line(text: str) -> str:
    """Text of others on one line, by `as_data`."""
    return " ".join(as_data(text).split())


def evidence_csv(facts: Iterable[Fact]) -> str:
    """Facts as CSV with its header, as data: the text between the tags of the evidence."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    rows = to_csv_rows(map(_shown, facts))
    has_status = any(len(row) > len(HEADER) for row in rows)
    writer.writerow((*HEADER, "status") if has_status else HEADER)
    writer.writerows([as_line(cell) for cell in row] for row in rows)
    return file.getvalue().rstrip("\n")


def _shown(fact: Fact) -> Fact:
    """A fact with the digits that tell something: a figure of the data keeps all of its own."""
    if fact.kind == "value":
        return fact
    digits = DIGITS_OF_A_SUM if fact.is_value else DIGITS_OF_A_RESULT
    return replace(fact, value=float(f"{fact.value:.{digits}g}"))


@dataclass(frozen=True)
class Fitted:
    """A request that fits into its room.

    Attributes:
        request: The request.
        materials: What its prompt holds.
        tokens: How many the prompt has.
    """

    request: ChatRequest
    materials: Materials
    tokens: int


def fit(materials: Materials, make: Make, room_tokens: int) -> Fitted:
    """The request with as much of the materials as there is room for.

    What matters least goes first: style examples, neighbours, outline, what other sections tell,
    research notes, earlier sections (first all but their beginnings), search results, notes, tone
    and context, gaps; then facts from the end, with the findings that they belong to.

    Args:
        materials: All there is.
        make: The request with given materials.
        room_tokens: The most tokens that its prompt may have.

    Raises:
        ModelUnavailableError: There is no room even without all of them.
    """
    fitted = _fitted(materials, make)
    for step in _STEPS:
        if fitted.tokens <= room_tokens:
            return fitted
        fitted = _cut(fitted, step, make, room_tokens)
    if fitted.tokens > room_tokens:
        raise ModelUnavailableError(
            f"the instructions and texts of the prompt alone have {fitted.tokens:,} tokens; "
            f"{fitted.request.model} leaves room for {room_tokens:,}; shorten the guidelines, or "
            "choose a model with a longer context"
        )
    return fitted


@dataclass(frozen=True)
class _Step:
    """A part that is cut from its end, and how many entries of it have to stay."""

    part: str
    name: str
    fewest: int = 0

    def keep(self, materials: Materials, number: int) -> Materials:
        """The materials with the first `number` entries of the part."""
        entries: Sequence[object] = getattr(materials, self.part)
        kept: dict[str, Any] = {self.part: entries[:number]}
        left_out = dict(materials.left_out)
        if number < len(entries):
            left_out[self.name] = (len(entries) - number, len(entries))
        return replace(materials, left_out=left_out, **kept)


@dataclass(frozen=True)
class _Shorten(_Step):
    """A part whose entries are shortened, the last first."""

    def keep(self, materials: Materials, number: int) -> Materials:
        """The materials with the first `number` entries of the part whole, the others short."""
        entries = materials.upstream[:number] + materials.short_upstream[number:]
        total = len(entries)
        left_out = {**materials.left_out, self.name: (total - number, total)}
        return replace(materials, upstream=entries, left_out=left_out)


_STEPS = (
    _Step("style_examples", "style examples"),
    _Step("neighbours", "sections beside this one"),
    _Step("outline", "outlines"),
    _Step("elsewhere", "sections that tell of the same data"),
    _Step("research_notes", "research notes"),
    _Shorten("upstream", "earlier sections but for their first sentences"),
    _Step("upstream", "earlier sections"),
    _Step("searches", "search results"),
    _Step("notes", "notes"),
    _Step("tone", "lines on tone"),
    _Step("context", "descriptions of the report"),
    _Step("gaps", "gaps"),
    _Step("facts", "facts", FEWEST_FACTS),
)


def _cut(fitted: Fitted, step: _Step, make: Make, room_tokens: int) -> Fitted:
    """The request with as many entries of one part as there is room for, found by halving."""
    whole = fitted.materials
    total = len(getattr(whole, step.part))
    if total <= step.fewest:
        return fitted
    low = step.fewest
    best = _fitted(step.keep(whole, low), make)
    high = total - 1
    while best.tokens <= room_tokens and low < high:
        middle = (low + high + 1) // 2
        tried = _fitted(step.keep(whole, middle), make)
        if tried.tokens <= room_tokens:
            low, best = middle, tried
        else:
            high = middle - 1
    return best


def _fitted(materials: Materials, make: Make) -> Fitted:
    request = make(materials)
    return Fitted(request, materials, tokens_of(request))


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts as data, without empty ones."""
    return tuple(text for text in (as_data(text).strip("\n ") for text in texts) if text)


def _earlier(upstream: Upstream, text: str) -> str:
    name = " ".join((upstream.title or upstream.section_id).split())
    return f"{name}: {text or f'this section is missing ({upstream.missing})'}\n"


def _beginning(text: str, count: int) -> str:
    """The first sentences of a text."""
    return " ".join(_SENTENCE_END.split(" ".join(text.split()))[:count])
