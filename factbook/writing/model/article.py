"""Articles: the answer of a pass that writes a section, with headline and standfirst or without.

A server that takes a JSON schema is asked for an object, others for two marked lines before the
text. Whatever comes counts: an answer without headline or marks is the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from factbook.checking.violations import violations, without_violations
from factbook.evidence.facts import Evidence
from factbook.evidence.finding import are_told
from factbook.evidence.references import render
from factbook.llm.chat import AnswerSchema
from factbook.writing.job import SectionJob
from factbook.writing.model.echo import MOST_SHARE, echoed_share
from factbook.writing.model.kept_figures import free_numbers
from factbook.writing.offline import extent_of
from factbook.writing.offline.telling import MOST_WORDS_OF_A_HEADLINE
from factbook.writing.shape import count_words

PARTS = ("headline", "standfirst", "text")

_OBJECT = re.compile(rf'\{{\s*"(?:{"|".join(PARTS)})"\s*:')
_MARK = re.compile(
    rf"^[ \t>#*_]*({'|'.join(PARTS)})[ \t*_]*:[ \t*_]*", re.IGNORECASE | re.MULTILINE
)
_WORDS_BEFORE_MARKS = 12
"""More words than an announcement has: the mark then is a word of the text."""


class UnreadableError(ValueError):
    """What looks like the JSON object asked for, and is none."""


@dataclass(frozen=True)
class Article:
    """A section as a model wrote it; all are source texts.

    Attributes:
        text: The text, after the standfirst.
        headline: The headline; empty without.
        standfirst: The sentences that open the section; empty without.
        has_one_paragraph: Whether the section is to be a single paragraph.
    """

    text: str
    headline: str = ""
    standfirst: str = ""
    has_one_paragraph: bool = False

    @property
    def source_text(self) -> str:
        """Standfirst and text as they stand in the section."""
        between = " " if self.has_one_paragraph else "\n\n"
        return between.join(filter(None, (self.standfirst, self.text)))

    @property
    def marked(self) -> str:
        """All parts as text, as a prompt shows them."""
        lines = [
            f"{name.upper()}: {part}"
            for name, part in (("headline", self.headline), ("standfirst", self.standfirst))
            if part
        ]
        return "\n\n".join(filter(None, ("\n".join(lines), self.text)))


def is_article(job: SectionJob) -> bool:
    """Whether a section has a headline and a standfirst: where there is a finding to tell."""
    return job.kind in ("sub_task", "conclusion") and are_told(job.evidence.findings)


def has_one_paragraph(job: SectionJob) -> bool:
    """Whether standfirst and text stand in one paragraph."""
    return extent_of(job).paragraphs == 1


def article_schema() -> AnswerSchema:
    """The JSON schema of an article, as strict servers take it, in as few words as can be."""
    body: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in PARTS},
        "required": list(PARTS),
        "additionalProperties": False,
    }
    return AnswerSchema(name="article", body=body)


def read_article(answer: str) -> Article:
    """A model's answer in its parts, which are not cleaned yet.

    Args:
        answer: The answer without its thoughts.

    Raises:
        UnreadableError: It is broken JSON, or JSON without a text.
    """
    if found := _OBJECT.search(answer):
        return _of_object(answer, found.start())
    marks = _marks(answer)
    before = answer[: marks[0][1]] if marks else ""
    if not marks or len(before.split()) > _WORDS_BEFORE_MARKS:
        return Article(answer)
    parts = {name: answer[start:end].strip() for name, _, start, end in marks}
    last = marks[-1][0]
    if last != "text":  # what follows the lines of the last mark is the text
        line, _, rest = parts[last].partition("\n")
        parts |= {last: line.strip(), "text": rest.strip()}
    return Article(parts.get("text", ""), parts.get("headline", ""), parts.get("standfirst", ""))


def headline_problems(headline: str, fact_ids: Collection[str], evidence: Evidence) -> list[str]:
    """What is wrong with a headline, a sentence each; nothing of one that is not there.

    Args:
        headline: Its source text.
        fact_ids: Facts that it may refer to.
        evidence: The section's evidence, whose periods and names may have digits.
    """
    return list(_problems(headline, fact_ids, evidence)) if headline else []


def _problems(headline: str, fact_ids: Collection[str], evidence: Evidence) -> Iterator[str]:
    wrong = violations(headline, fact_ids)
    yield from (f"In the headline: {one.problem}" for one in wrong)
    known = headline if not wrong else without_violations(headline, fact_ids)
    words = count_words(render(known, evidence.by_id))
    if words > MOST_WORDS_OF_A_HEADLINE:
        yield f"The headline has {words} words with its figures; {MOST_WORDS_OF_A_HEADLINE} at most"
    if numbers := sorted(free_numbers(headline) - _named_numbers(evidence)):
        yield f"The headline has digits in place of references: {', '.join(numbers)}"
    if echoed_share(headline) > MOST_SHARE:
        yield "The headline repeats the instructions"


def _named_numbers(evidence: Evidence) -> set[str]:
    """Numbers in periods and names, which a headline may hold."""
    texts = {text for f in evidence.facts for text in (f.period, f.subject, f.metric, f.place)}
    return {number for text in texts for number in re.findall(r"\d+", text)}


def _of_object(answer: str, start: int) -> Article:
    """The article of a JSON object.

    Raises:
        UnreadableError: It is broken, or has no text.
    """
    try:
        # Not strict: models break lines inside of strings, where JSON wants ``\\n``.
        body, _ = json.JSONDecoder(strict=False).raw_decode(answer, start)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("broken JSON") from error
    parts = {name: body.get(name, "") for name in PARTS}
    if not all(isinstance(part, str) for part in parts.values()):
        raise UnreadableError("JSON whose parts are no texts")
    if not (parts["text"].strip() or parts["standfirst"].strip()):
        raise UnreadableError("JSON without a text")
    return Article(**{name: part.strip() for name, part in parts.items()})


def _marks(answer: str) -> list[tuple[str, int, int, int]]:
    """Each part that is marked, in their order, each once.

    Returns:
        Its name, where its mark begins, and where the part begins and ends.
    """
    matches: list[re.Match[str]] = []
    for match in _MARK.finditer(answer):
        place = PARTS.index(match[1].casefold())
        # A text has no mark of its own where nothing stands before it.
        if place > (PARTS.index(matches[-1][1].casefold()) if matches else -1) and (
            matches or match[1].casefold() != "text"
        ):
            matches.append(match)
    if not matches:
        return []
    ends = [*(match.start() for match in matches[1:]), len(answer)]
    return [
        (match[1].casefold(), match.start(), match.end(), end)
        for match, end in zip(matches, ends, strict=True)
    ]
