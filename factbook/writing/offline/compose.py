"""Composition: which statements a section takes up, in which words, in which paragraphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from factbook.evidence.facts import Fact
from factbook.evidence.references import REFERENCE, render
from factbook.writing.offline.days import on_days
from factbook.writing.offline.frames import LAST_BLOCK
from factbook.writing.offline.phrasings import Variant, fitting, stride, true_of
from factbook.writing.offline.statements import MANDATORY, Statement, scattered
from factbook.writing.offline.words import capitalised
from factbook.writing.shape import count_words

POINTLESS = -400.0
"""Statements of less importance stand only where nothing else can be said."""

TWO_PARAGRAPHS = 80
"""Words from which a text has more than one paragraph without being asked."""

ATTEMPTS = 24
"""How often other phrasings are tried until the number of words fits."""

HOPELESS = 0.95
"""Part of the fewest words below which other phrasings will not do."""

AIM = 0.45
"""Where between fewest and most words a section aims at first."""

_PUNCTUATION = ".,;:()“”\"'’"


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a text must be.

    Attributes:
        least: Fewest words.
        most: Most words.
        paragraphs: How many paragraphs.
        last_apart: Whether the last paragraph holds the next steps and nothing else.
        most_figures: How many figures it may give; None for any number.
        free: Whether nobody asked for the paragraphs, so that a short text has one.
    """

    least: int
    most: int
    paragraphs: int
    last_apart: bool = False
    most_figures: int | None = None
    free: bool = False

    @property
    def aim(self) -> float:
        """How many words to take up at first."""
        return self.least + AIM * (self.most - self.least)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement in words."""

    statement: Statement
    text: str
    words: int


@dataclass(slots=True)
class _Flow:
    """What the sentences so far mean for the next one."""

    opening: tuple[str, ...] = ()
    foreign: bool = False
    named: bool = False
    families: set[int] = field(default_factory=set)
    used: set[tuple[str, int]] = field(default_factory=set)


def compose(
    seed: str, statements: Sequence[Statement], extent: Extent, facts: Mapping[str, Fact]
) -> str:
    """Source text of a section, paragraphs separated by a blank line.

    Args:
        seed: What choices among phrasings follow from.
        statements: All that can be said.
        extent: How long the text must be.
        facts: The facts by id.
    """
    telling = [statement for statement in statements if statement.importance > POINTLESS]
    if any(s.family >= 0 for s in telling) or not any(s.family >= 0 for s in statements):
        statements = telling
    best: list[Sentence] = []
    for attempt in range(ATTEMPTS):
        composition = Composition(f"{seed}#{attempt}", statements, extent, facts)
        sentences = composition.sentences()
        if not best or _misfit(sentences, extent) < _misfit(best, extent):
            best = sentences
        if _misfit(best, extent) == 0 or composition.exhausted:
            break
    total = sum(sentence.words for sentence in best)
    count = 1 if extent.free and total < TWO_PARAGRAPHS else extent.paragraphs
    return "\n\n".join(
        " ".join(sentence.text for sentence in paragraph)
        for paragraph in paragraphs(best, count, last_apart=extent.last_apart)
    )


def _misfit(sentences: Sequence[Sentence], extent: Extent) -> int:
    """By how many words a text misses its range; too long is far worse than too short."""
    total = sum(sentence.words for sentence in sentences)
    return max(extent.least - total, 0) + 1000 * max(total - extent.most, 0)


class Composition:
    """One attempt at a text.

    Attributes:
        exhausted: Whether all that can be said has been said, so that no attempt is longer.
    """

    def __init__(
        self,
        seed: str,
        statements: Sequence[Statement],
        extent: Extent,
        facts: Mapping[str, Fact],
    ) -> None:
        self._seed = seed
        self._extent = extent
        self._facts = facts
        self._pool = sorted(statements, key=lambda s: -s.importance)
        self._lead = next((s for s in self._pool if s.facts), None)
        self.exhausted = False

    def sentences(self) -> list[Sentence]:
        """The sentences of the text, in order."""
        chosen = self._first_choice()
        written = self._write(chosen)
        refused: set[int] = set()
        while self._words(written) > self._extent.most and len(chosen) > 1:
            dropped = min((s for s in chosen if s is not self._lead), key=lambda s: s.importance)
            chosen.remove(dropped)
            refused.add(id(dropped))
            written = self._write(chosen)
        if self._words(written) > self._extent.most:
            return self._shortest() or written
        while self._words(written) < self._extent.least or len(chosen) < self._extent.paragraphs:
            statement = self._next(chosen, refused)
            if statement is None:
                short = self._words(written) < HOPELESS * self._extent.least
                self.exhausted = short or not refused
                break
            longer = self._write([*chosen, statement])
            if self._words(longer) > self._extent.most:
                refused.add(id(statement))
                continue
            chosen.append(statement)
            written = longer
        return written

    def _shortest(self) -> list[Sentence]:
        """One sentence for a text that has room for no more; none if no phrasing fits."""
        for statement in self._pool:
            if statement.family < 0:
                continue
            slots = statement.filled(0, first=True)
            for variant in true_of(statement.kind, statement.traits):
                text = on_days(capitalised(variant.text.format_map(slots)))
                length = self._count(text)
                if length <= self._extent.most and not variant.says_nation and variant.says_metric:
                    return [Sentence(statement, text, length)]
        self.exhausted = True
        return []

    def _first_choice(self) -> list[Statement]:
        """The most important statements up to the words aimed at, no fact shown twice."""
        chosen: list[Statement] = []
        shown: set[str] = set()
        total = 0
        for statement in self._pool:
            # However much there is to frame, a text gives at least its leading figure.
            enough = total >= self._extent.aim and statement is not self._lead
            if statement.importance < MANDATORY and enough:
                continue
            if shown.isdisjoint(statement.facts) and self._allows(shown, statement):
                chosen.append(statement)
                shown.update(statement.facts)
                total += self._estimate(statement)
        return chosen

    def _allows(self, shown: set[str], statement: Statement) -> bool:
        """Whether the text may give the statement's figures besides those shown."""
        most = self._extent.most_figures
        if most is None or statement.importance >= MANDATORY:
            return True
        return bool(statement.facts) and len(shown) + len(statement.facts) <= most

    def _next(self, chosen: Sequence[Statement], refused: set[int]) -> Statement | None:
        shown = {fact for statement in chosen for fact in statement.facts}
        taken = {id(statement) for statement in chosen} | refused
        for statement in self._pool:
            free = id(statement) not in taken and shown.isdisjoint(statement.facts)
            if free and self._allows(shown, statement):
                return statement
        return None

    def _estimate(self, statement: Statement) -> int:
        """Words of the statement in the first phrasing that comes up."""
        choices = true_of(statement.kind, statement.traits)
        variant = choices[self._start(statement) % len(choices)]
        return self._count(variant.text.format_map(statement.filled(0, first=True)))

    def _start(self, statement: Statement) -> int:
        return scattered(f"{self._seed}|{statement.kind}|{statement.order}")

    def _write(self, chosen: Sequence[Statement]) -> list[Sentence]:
        flow = _Flow()
        return [self._phrase(s, flow) for s in sorted(chosen, key=lambda s: s.order)]

    def _phrase(self, statement: Statement, flow: _Flow) -> Sentence:
        """The statement in the first phrasing that goes with the sentence before it."""
        known = statement.family in flow.families
        choices = fitting(
            statement.kind,
            statement.traits,
            nation=flow.named and not flow.foreign,
            bare=statement.family < 0 or (statement.alone and known),
        )
        start, step = self._start(statement), stride(len(choices))
        slots = statement.filled(start >> 7, first=not known)
        best: tuple[int, Variant, str, tuple[str, ...]] | None = None
        for turn in range(len(choices)):
            variant = choices[(start + turn * step) % len(choices)]
            text = on_days(capitalised(variant.text.format_map(slots)))
            opening = self._opening(text)
            penalty = _penalty(statement, variant, opening, flow)
            if best is None or penalty < best[0]:
                best = (penalty, variant, text, opening)
            if penalty == 0:
                break
        if best is None:
            raise ValueError(f"no phrasing of {statement.kind}")
        _, variant, text, opening = best
        flow.opening = opening
        flow.foreign = statement.foreign
        flow.named = True
        flow.families.add(statement.family)
        flow.used.add((statement.kind, variant.number))
        return Sentence(statement, text, self._count(text))

    def _opening(self, text: str) -> tuple[str, ...]:
        """The first two words as readers see them, without punctuation."""
        head = " ".join(text.split(maxsplit=2)[:2])
        if "{" in head:
            head = render(head, self._facts)
        return tuple(word.strip(_PUNCTUATION).casefold() for word in head.split()[:2])

    def _count(self, text: str) -> int:
        """Words of the rendered text, counted without rendering it."""
        return count_words(text) + sum(
            _extra_words(self._facts[fact_id]) for fact_id in REFERENCE.findall(text)
        )

    @staticmethod
    def _words(sentences: Sequence[Sentence]) -> int:
        return sum(sentence.words for sentence in sentences)


def _extra_words(fact: Fact) -> int:
    """Words that a reference has beyond its number: those of its unit, "of 27" for a rank."""
    if fact.kind == "rank":
        among = fact.derivation.among
        return 3 if among is not None and among.equal > 1 else 2
    return 0 if fact.unit == "%" else count_words(fact.unit)


def _penalty(statement: Statement, variant: Variant, opening: tuple[str, ...], flow: _Flow) -> int:
    """How badly a phrasing goes with what stands before it; 0 when it goes well."""
    penalty = 0
    if opening == flow.opening:
        penalty += 1000
    if (statement.kind, variant.number) in flow.used:
        penalty += 10
    if opening[:1] == flow.opening[:1]:
        penalty += 5
    return penalty


def paragraphs(
    sentences: Sequence[Sentence], count: int, *, last_apart: bool = False
) -> list[Sequence[Sentence]]:
    """Sentences in `count` paragraphs of like length, cut between blocks where possible.

    Args:
        sentences: The sentences in order.
        count: How many paragraphs; fewer when there are fewer sentences.
        last_apart: Whether the next steps are a paragraph of their own.
    """
    count = min(count, len(sentences))
    first_of_last = next(
        (i for i, s in enumerate(sentences) if s.statement.order[0] == LAST_BLOCK), len(sentences)
    )
    if last_apart and count > 1 and 0 < first_of_last < len(sentences):
        head = paragraphs(sentences[:first_of_last], count - 1)
        tail = paragraphs(sentences[first_of_last:], count - len(head))
        return [*head, *tail]
    return _cut(sentences, count)


def _cut(sentences: Sequence[Sentence], count: int) -> list[Sequence[Sentence]]:
    """Cut one paragraph after the other off the front, each near its part of what is left."""
    parts: list[Sequence[Sentence]] = []
    rest = sentences
    for left in range(count, 1, -1):
        wanted = sum(s.words for s in rest) / left
        length, best, best_cost = 0, 1, float("inf")
        for place in range(1, len(rest) - left + 2):
            length += rest[place - 1].words
            same_block = rest[place - 1].statement.block == rest[place].statement.block
            cost = abs(length - wanted) / wanted + (0.45 if same_block else 0.0)
            if cost < best_cost:
                best, best_cost = place, cost
        parts.append(rest[:best])
        rest = rest[best:]
    parts.append(rest)
    return parts
