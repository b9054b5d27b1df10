"""Requests: the prompt of each pass, from a section's job and its materials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from factbook.evidence.facts import Fact
from factbook.evidence.references import references
from factbook.llm.chat import AnswerSchema, ChatRequest, Message, Pass
from factbook.sheet.outline import SectionKind
from factbook.writing.job import SearchTopic, SectionJob
from factbook.writing.model.materials import Materials, as_data, as_line
from factbook.writing.model.options import PassOptions
from factbook.writing.model.prompts import render_prompt
from factbook.writing.offline import extent_of

DRAFT_PASSES: dict[SectionKind, Pass] = {
    "sub_task": "draft",
    "introduction": "introduction",
    "summary": "task_summary",
    "conclusion": "conclusion",
}
"""Kind of a section → the pass that drafts it, which is its template's name too."""

TOKENS_A_WORD = 2
"""Tokens for which a word of prose has room: 1.3 in English, more with references."""

ROOM_TOKENS = 400
"""Tokens beside those of the words asked for, for a text that is somewhat longer."""

SUMMARY_TOKENS = 400
SENSE_CHECK_TOKENS = 1_000
SEARCH_TOKENS = 1_200


@dataclass(frozen=True)
class Asked:
    """What is asked in one pass; `request` makes it a request with given materials.

    Attributes:
        pass_: The pass.
        model: Who is asked.
        template: Its prompt.
        values: The variables of the prompt but for its materials.
        materials: All there is; None for a prompt that takes none.
        answer_tokens: Tokens of the text that is asked for.
        answer_schema: For a structured answer.
        is_search: Whether the internet may be searched.
        more: What has been said in the chat since the prompt.
    """

    pass_: Pass
    model: str
    template: str
    values: dict[str, object]
    answer_tokens: int
    materials: Materials | None = field(default_factory=Materials)
    answer_schema: AnswerSchema | None = None
    is_search: bool = False
    more: tuple[Message, ...] = ()

    def request(
        self, materials: Materials, *, max_tokens: int, options: PassOptions
    ) -> ChatRequest:
        """The request with given materials."""
        values = dict(self.values)
        if self.materials is not None:
            texts = [render_prompt("materials", **materials.values())]
            if materials.legend:
                texts.append(render_prompt("status", legend=materials.legend))
            values["materials"] = "\n\n".join(texts)
        return ChatRequest(
            model=self.model,
            messages=(
                Message(role="system", content=render_prompt("system")),
                Message(role="user", content=render_prompt(self.template, **values)),
                *self.more,
            ),
            max_tokens=max_tokens,
            answer_schema=self.answer_schema,
            temperature=options.temperature,
            reasoning_effort=options.reasoning_effort,
            is_search=self.is_search,
        )


def search(job: SectionJob, topic: SearchTopic, model: str) -> Asked:
    """One internet search."""
    section = [job.chapter_title, job.task_title, job.title]
    return Asked(
        pass_="search",  # noqa: S106 - a pass, no password
        model=model,
        template="search",
        values={
            "place": as_line(job.place.name),
            "section": "\n".join(dict.fromkeys(as_line(title) for title in section if title)),
            "title": as_line(topic.title),
            "prompt": as_data(topic.prompt),
            "additional_information": as_data(topic.additional_information),
        },
        answer_tokens=SEARCH_TOKENS,
        materials=None,
        is_search=True,
    )


def draft(job: SectionJob, materials: Materials, model: str) -> Asked:
    """The section's first text, by the template of its kind."""
    pass_ = DRAFT_PASSES[job.kind]
    return Asked(
        pass_=pass_,
        model=model,
        template=pass_,
        values={
            "assignment": _assignment(job),
            "place": as_line(job.place.name),
            "length": _length(job),
            "has_evidence": bool(materials.facts),
            "example": _example(materials.facts),
        },
        answer_tokens=text_tokens(job),
        materials=materials,
    )


def asked_again(asked: Asked, answer: str) -> Asked:
    """The same once more, of a model whose answer was no text.

    Args:
        asked: What was asked.
        answer: The beginning of the answer.
    """
    return replace(
        asked,
        more=(
            *asked.more,
            Message(role="assistant", content=answer),
            Message(
                role="user",
                content="That is not the text asked for. Answer with the text alone, in plain "
                "prose of the length asked for. Do not repeat the instructions.",
            ),
        ),
    )


def repair(
    job: SectionJob, materials: Materials, model: str, text: str, problems: Iterable[str]
) -> Asked:
    """The text again, with problems corrected.

    Args:
        job: The section.
        materials: What the draft's prompt held: whoever corrects a text has to see what it was
            written from.
        model: Who is asked.
        text: The text.
        problems: What is wrong with it, a sentence each.
    """
    return Asked(
        pass_="repair",  # noqa: S106
        model=model,
        template="repair",
        values={
            "assignment": _assignment(job),
            "text": as_text(text),
            "problems": "\n".join(f"- {as_text(' '.join(p.split()))}" for p in problems),
            "length": _length(job),
        },
        answer_tokens=text_tokens(job, text),
        materials=materials,
    )


def polish(job: SectionJob, materials: Materials, model: str, text: str) -> Asked:
    """The text, edited for its last version."""
    return Asked(
        pass_="polish",  # noqa: S106
        model=model,
        template="polish",
        values={"assignment": _assignment(job), "text": as_text(text)},
        answer_tokens=text_tokens(job, text),
        materials=_with_facts_of(materials, text),
    )


def sense_check(
    job: SectionJob, materials: Materials, model: str, text: str, schema: AnswerSchema
) -> Asked:
    """A verdict on the text.

    Args:
        job: The section.
        materials: What the draft's prompt held, as for a repair: what only the checker sees could
            not be corrected, and what only the draft saw would pass for invented.
        model: Who is asked.
        text: The text.
        schema: Of the verdict.
    """
    return Asked(
        pass_="sense_check",  # noqa: S106
        model=model,
        template="sense_check",
        values={"assignment": _assignment(job), "text": as_text(text)},
        answer_tokens=SENSE_CHECK_TOKENS,
        materials=materials,
        answer_schema=schema,
    )


def summary(job: SectionJob, materials: Materials, model: str, text: str) -> Asked:
    """The text in one or two sentences."""
    return Asked(
        pass_="summary",  # noqa: S106
        model=model,
        template="summary",
        values={"assignment": _assignment(job), "text": as_text(text)},
        answer_tokens=SUMMARY_TOKENS,
        materials=_with_facts_of(materials, text),
    )


def text_tokens(job: SectionJob, text: str = "") -> int:
    """Tokens for the text of a section: as long as it may be, or as it is.

    Args:
        job: The section.
        text: The text that is written again.
    """
    words = max(extent_of(job).most, len(text.split()))
    return words * TOKENS_A_WORD + ROOM_TOKENS


def as_text(text: str) -> str:
    """A model's text as it stands between tags: as data, but with its references."""
    return as_data(text, keep_references=True)


def _with_facts_of(materials: Materials, text: str) -> Materials:
    """Materials of a pass that adds nothing: of the evidence only the facts in the text."""
    used = set(references(text))
    facts = tuple(fact for fact in materials.facts if fact.id in used)
    return materials.only("tone", "outline", "neighbours", facts=facts)


def _assignment(job: SectionJob) -> str:
    return render_prompt(
        "assignment",
        place=as_line(job.place.name),
        chapter_title=as_line(job.chapter_title),
        task_title=as_line(job.task_title),
        title=as_line(job.title),
        description=as_data(job.description),
        covered="\n".join(f"- {as_line(title)}" for title in job.covered),
        guidelines=as_data(job.guidelines),
        editor_note=as_data(job.editor_note),
    )


def _length(job: SectionJob) -> str:
    extent = extent_of(job)
    asked = (job.shape.min_words, job.shape.max_words, job.shape.paragraphs)
    return render_prompt(
        "length",
        least=extent.least,
        most=extent.most,
        paragraphs=extent.paragraphs,
        is_asked=any(number is not None for number in asked),
        has_guidelines=bool(job.guidelines),
    )


def _example(facts: Iterable[Fact]) -> str:
    """A true sentence with a reference, from the first plain value of the evidence.

    A small model repeats its example; so it is one that may be repeated.
    """
    values = [fact for fact in facts if fact.is_value]
    plain = [fact for fact in values if not fact.subject.startswith("Total of ")]
    for fact in (*plain, *values):
        whole = fact.subject == "Total"
        metric = f"Total {fact.metric}" if whole else f"{fact.metric} of {fact.subject}"
        return as_line(f"{metric} in {fact.place} was ") + f" {{{fact.id}}} in {fact.period}."
    return ""
