"""Figures of an edited text made references again, where it is plain which facts they show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from factbook.evidence.facts import Fact
from factbook.evidence.references import (
    CITATION,
    REFERENCE,
    format_fact,
    references,
    render,
    rendered_parts,
)
from factbook.report.likeness import folded

LEAST_ALIKE = 0.5
"""How much of its words a sentence must share with one of the old text to be the same sentence."""

_ALIKE = {" ": r"\s", "-": "[\u2010-\u2015\u2212-]"}
"""Letter of a figure → what a program may have put in its place."""

_SENTENCE_END = re.compile(r"((?<=[.!?])\s+|\n+)")
_SHOWN_CITATIONS = re.compile(r"\[(\d+(?:, ?\d+)*)\]")


@dataclass(frozen=True)
class _Sentence:
    """A sentence of the old text.

    Attributes:
        source: With its references.
        shown: As readers saw it, on one line.
    """

    source: str
    shown: str


def with_references(
    text: str, old_source: str, facts: Mapping[str, Fact], *, sources: int = 0
) -> str:
    """An edited text in which unchanged figures refer to their facts, as they did before.

    A sentence that did not change is taken over as it was written. In one that did, a figure
    becomes a reference when the sentence of the old text that is most like it shows one fact in
    the same form, once, and the names of the fact that stood there (subject, place, period) still
    do. In all other places the digits stay as they are.

    Args:
        text: The edited text, as readers see it.
        old_source: The source text that the editor was given.
        facts: Its facts by id.
        sources: How many sources it may cite.
    """
    old = list(_sentences(old_source, facts, sources))
    pieces = _SENTENCE_END.split(text)
    restored = [
        piece if number % 2 else _restored(piece, old, facts, sources)
        for number, piece in enumerate(pieces)
    ]
    return "".join(restored)


def untied(
    text: str, old_source: str, facts: Mapping[str, Fact], *, sources: int = 0
) -> Iterator[str]:
    """What is to be said of figures that have lost their facts, a sentence each.

    Args:
        text: The edited text with its references.
        old_source: The source text that the editor was given.
        facts: Its facts by id.
        sources: How many sources it may cite.
    """
    old = list(_sentences(old_source, facts, sources))
    known = {sentence.source for sentence in old}
    still = set(references(text))
    for sentence in _SENTENCE_END.split(text):
        like = None if sentence in known else _most_alike(folded(_shown(sentence, facts)), old)
        if like is None:
            continue
        lost = [facts[name] for name in dict.fromkeys(references(like.source)) if name not in still]
        for unit in dict.fromkeys(fact.unit for fact in lost):
            plain = [found.group() for found in _figure(unit).finditer(sentence)]
            were = ", ".join(f"{f.id}, {format_fact(f)}" for f in lost if f.unit == unit)
            if plain:
                verb = "is" if len(plain) == 1 else "are"
                yield f"{' and '.join(plain)} {verb} plain digits now (was {were})"


def _figure(unit: str) -> re.Pattern[str]:
    """A figure in a unit as people write it."""
    number = r"(?<![\w.,{])[\u2212-]?\d+(?:[.,]\d+)*"
    if unit == "rank":
        return re.compile(r"\b\d+(?:st|nd|rd|th)\b(?: of \d+)?")
    return re.compile(
        rf"{number}\s?{re.escape(unit)}(?!\w)" if unit else rf"{number}(?![\w.,%]*\w)"
    )


def _sentences(source: str, facts: Mapping[str, Fact], sources: int) -> Iterator[_Sentence]:
    for number, piece in enumerate(_SENTENCE_END.split(source)):
        if number % 2 == 0 and piece.strip():
            shown = folded(render(piece, facts, sources=sources))
            yield _Sentence(piece.strip(), shown)


def _restored(sentence: str, old: list[_Sentence], facts: Mapping[str, Fact], sources: int) -> str:
    shown = folded(sentence)
    for same in old:
        if same.shown == shown:
            return same.source
    like = _most_alike(shown, old)
    if like is not None:
        sentence = _with_all(sentence, like, facts)
    return _with_citations(sentence, sources)


def _with_all(sentence: str, like: _Sentence, facts: Mapping[str, Fact]) -> str:
    """The sentence with its figures as references, all of them together if it then reads the same.

    How many digits a figure is shown with may depend on the others in its sentence.
    """
    ids = dict.fromkeys(references(like.source))
    together = one_by_one = sentence
    for fact_id in ids:
        together = _with_reference(together, fact_id, like, facts)
    if _reads_as(together, sentence, facts):
        return together
    for fact_id in ids:
        changed = _with_reference(one_by_one, fact_id, like, facts)
        one_by_one = changed if _reads_as(changed, sentence, facts) else one_by_one
    return one_by_one


def _reads_as(one: str, other: str, facts: Mapping[str, Fact]) -> bool:
    return folded(_shown(one, facts)) == folded(_shown(other, facts))


def _most_alike(shown: str, old: list[_Sentence]) -> _Sentence | None:
    words = shown.split()
    best, score = None, LEAST_ALIKE
    for sentence in old:
        if references(sentence.source):
            matcher = SequenceMatcher(None, words, sentence.shown.split(), autojunk=False)
            if matcher.real_quick_ratio() >= score and (alike := matcher.ratio()) >= score:
                best, score = sentence, alike
    return best


def _with_reference(sentence: str, fact_id: str, like: _Sentence, facts: Mapping[str, Fact]) -> str:
    """The sentence with one figure as a reference; as it is when that is not plain."""
    forms = _forms(like.source, facts)
    form = forms[fact_id]
    if form is None or [*forms.values()].count(form) > 1:
        return sentence
    fact = facts[fact_id]
    names = [folded(name) for name in (fact.subject, fact.place, fact.period)]
    shown = folded(sentence)
    if any(_names(like.shown, name) and not _names(shown, name) for name in names):
        return sentence
    figure = "".join(_ALIKE.get(letter, re.escape(letter)) for letter in form)
    pattern = rf"(?<![\w.,\u2212\u2013-]){figure}(?![\w%]|[.,]\d)"
    found = list(re.finditer(pattern, sentence))
    if len(found) != 1:
        return sentence
    start, end = found[0].span()
    return f"{sentence[:start]}{{{fact_id}}}{sentence[end:]}"


def _forms(source: str, facts: Mapping[str, Fact]) -> dict[str, str | None]:
    """Fact id → how a sentence shows it; None when it does so in two ways."""
    found: dict[str, str | None] = {}
    figures = list(rendered_parts(source, facts))[1::2]
    for match, figure in zip(REFERENCE.finditer(source), figures, strict=True):
        form = folded(figure)
        fact_id = match.group(1)
        found[fact_id] = form if found.get(fact_id, form) == form else None
    return found


def _with_citations(sentence: str, sources: int) -> str:
    """``[1, 2]`` cites the section's sources again, where it has as many."""

    def cited(match: re.Match[str]) -> str:
        numbers = [int(number) for number in re.split(r", ?", match.group(1))]
        if not all(1 <= number <= sources for number in numbers):
            return match.group()
        return "".join(f"{{S{number}}}" for number in numbers)

    return _SHOWN_CITATIONS.sub(cited, sentence)


def _shown(sentence: str, facts: Mapping[str, Fact]) -> str:
    """A sentence as readers see it; a reference that a person typed to no fact stays as it is."""
    known = REFERENCE.sub(lambda m: m.group() if m.group(1) in facts else m.group(1), sentence)
    return render(CITATION.sub("", known), facts)


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
