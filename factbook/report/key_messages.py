"""Key messages: the few sentences with which a report and its chapters open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from factbook.evidence.references import render
from factbook.report.text import one_line
from factbook.sheet.outline import Outline, SectionSpec
from factbook.writing.record import Message, SectionRecord
from factbook.writing.shape import count_words

WHOLE_REPORT = ""
"""Stands for the id of a chapter where the messages are those of the whole report."""

MOST_MESSAGES = 5

MOST_WORDS = 12
"""Words of a headline."""

MOST_OF_A_PLACE = 2
"""Messages about one place, where there are several places."""

KIND_AGAIN, PLACE_AGAIN, CHAPTER_AGAIN = 0.6, 0.75, 0.8
"""What is left of a message's score for each message before it of its kind, of its place, and of
its chapter: a report does not open with the messages of its first chapter."""


@dataclass(frozen=True)
class KeyMessage:
    """A message that was chosen.

    Attributes:
        section: The section that it comes from.
        source_text: The sentence, figures by reference to facts of that section.
        text: The same as readers see it.
        headline: The same in at most twelve words, with its place; empty where it has none.
    """

    section: SectionSpec
    source_text: str
    text: str
    headline: str = ""


@dataclass(frozen=True)
class _Candidate:
    """A message with what the choice depends on."""

    section: SectionSpec
    message: Message
    text: str
    headline: str
    number: int

    @property
    def place(self) -> str:
        return self.section.place.code

    @property
    def chapter(self) -> str:
        return self.section.objective.id

    def rank(self, taken: Sequence[_Candidate]) -> tuple[float, int]:
        """The higher, the sooner it is taken: what is like those taken before counts less."""
        score = self.message.score
        for one in taken:
            score *= KIND_AGAIN if one.message.kind == self.message.kind else 1.0
            score *= PLACE_AGAIN if one.place == self.place else 1.0
            score *= CHAPTER_AGAIN if one.chapter == self.chapter else 1.0
        return score, -self.number


def key_messages(
    outline: Outline, records: Mapping[str, SectionRecord]
) -> dict[str, tuple[KeyMessage, ...]]:
    """Chapter id, or `WHOLE_REPORT`, → its messages, the strongest first; at least one.

    Messages come from the sections of sub-tasks alone: introductions, summaries and conclusions
    say again what these say. One section, and a report of one chapter, need none of their own.

    Args:
        outline: The structure of the report, or of a selection of it.
        records: Section id → record; a section without a text has no messages.

    Raises:
        KeyError: A message refers to a fact that its record does not have.
    """
    chapters = {
        chapter.id: sections
        for chapter in outline.chapters
        if (sections := [one for one in chapter.sections if one.kind == "sub_task"])
    }
    parts = {WHOLE_REPORT: [one for sections in chapters.values() for one in sections]}
    if len(chapters) > 1:
        parts |= chapters
    chosen = {
        part: _chosen(list(_candidates(sections, records)))
        for part, sections in parts.items()
        if len(sections) > 1
    }
    return {part: messages for part, messages in chosen.items() if messages}


def _candidates(
    sections: Iterable[SectionSpec], records: Mapping[str, SectionRecord]
) -> Iterator[_Candidate]:
    number = 0
    for section in sections:
        record = records.get(section.id)
        if record is None or not record.source_text:
            continue
        for message, text in zip(record.messages, record.message_texts, strict=True):
            if line := one_line(text):
                headline = _headline(section, render(message.headline, record.by_id))
                yield _Candidate(section, message, line, headline, number)
                number += 1


def _headline(section: SectionSpec, headline: str) -> str:
    """A headline with its place, where that leaves it short enough."""
    text = one_line(headline)
    placed = f"{section.place.name}: {text}"
    if not text or section.place.name.casefold() in text.casefold():
        return text
    return placed if count_words(placed) <= MOST_WORDS else text


def _chosen(candidates: Sequence[_Candidate]) -> tuple[KeyMessage, ...]:
    """The strongest messages, as different in kind and place as their scores allow."""
    most = MOST_OF_A_PLACE if len({one.place for one in candidates}) > 1 else MOST_MESSAGES
    places = Counter[str]()
    taken: list[_Candidate] = []
    left = list(candidates)
    while left and len(taken) < MOST_MESSAGES:
        best = max(left, key=lambda one: one.rank(taken))
        taken.append(best)
        places[best.place] += 1
        left = [
            one
            for one in left
            if one.message.about != best.message.about
            and one.text != best.text
            and places[one.place] < most
        ]
    taken.sort(key=lambda one: (-one.message.score, one.number))
    return tuple(
        KeyMessage(one.section, one.message.source_text, one.text, one.headline) for one in taken
    )
