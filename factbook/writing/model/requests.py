"""Requests: the prompt of each pass, from a section's job and its materials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from factbook.evidence.facts import Fact
from factbook.evidence.references import references
from factbook.llm.chat import AnswerSchema, ChatRequest, Message, Pass
from factbook.sheet.outline import SectionKind
from factbook.writing.job import SearchTopic, SectionJob
from factbook.writing.model.article import Article, article_schema, is_article
from factbook.writing.model.materials import Materials, as_data, as_line
from factbook.writing.model.options import PassOptions
from factbook.writing.model.prompts import VARIABLES, render_prompt
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
        values: The variables of the prompt but for its materials and its form.
        assignment: What is asked, the same for all places of a sub-task.
        place: For which place, and what an editor asks.
        is_article: Whether headline and standfirst are asked for beside the text.
        can_json: Whether the server takes a JSON schema.
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
    assignment: str = ""
    place: str = ""
    is_article: bool = False
    can_json: bool = True
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
            values["materials"] = self._given(materials)
        is_json = self.can_json and (options.json_articles or not self.is_article)
        if "form" in VARIABLES[self.template]:
            form = render_prompt("form", is_json=is_json) if self.is_article else ""
            values["form"] = form
        schema = article_schema() if self.is_article else self.answer_schema
        return ChatRequest(
            model=self.model,
            messages=(
                Message(role="system", content=render_prompt("system")),
                Message(role="user", content=render_prompt(self.template, **values)),
                *self.more,
            ),
            max_tokens=max_tokens,
            answer_schema=schema if is_json else None,
            temperature=options.temperature,
            reasoning_effort=options.reasoning_effort,
            is_search=self.is_search,
        )

    def _given(self, materials: Materials) -> str:
        """What the prompt is given, what most prompts share first: providers bill that less.

        The report's, then what is the same for all places of a sub-task, then the section's own.
        """
        texts = [
            materials.text("report"),
            self.assignment,
            materials.text("surroundings"),
            self.place,
            materials.text("materials"),
            render_prompt("status", legend=materials.legend) if materials.legend else "",
        ]
        return "\n\n".join(filter(None, texts))


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
            "place": as_line(job.place.name),
            "length": _length(job, is_article=is_article(job)),
            "has_evidence": bool(materials.facts),
            "example": "" if materials.told else _example(materials.facts),
        },
        **_of(job),
        is_article=is_article(job),
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
    job: SectionJob, materials: Materials, model: str, article: Article, problems: Iterable[str]
) -> Asked:
    """The text again, with problems corrected.

    Args:
        job: The section.
        materials: What the draft's prompt held: whoever corrects a text has to see what it was
            written from.
        model: Who is asked.
        article: The text.
        problems: What is wrong with it, a sentence each.
    """
    return Asked(
        pass_="repair",  # noqa: S106
        model=model,
        template="repair",
        values={
            "text": as_text(article.marked),
            "problems": "\n".join(f"- {as_text(' '.join(p.split()))}" for p in problems),
            "length": _length(job, is_article=is_article(job)),
        },
        **_of(job),
        is_article=is_article(job),
        answer_tokens=text_tokens(job, article.marked),
        materials=materials,
    )


def polish(job: SectionJob, materials: Materials, model: str, article: Article) -> Asked:
    """The text, edited for its last version."""
    return Asked(
        pass_="polish",  # noqa: S106
        model=model,
        template="polish",
        values={"text": as_text(article.marked)},
        **_of(job),
        is_article=is_article(job),
        answer_tokens=text_tokens(job, article.marked),
        materials=_with_facts_of(materials, article.marked),
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
        values={"text": as_text(text)},
        **_of(job),
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
        values={"text": as_text(text)},
        **_of(job),
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


def _of(job: SectionJob) -> dict[str, Any]:
    """What a prompt says of its section beside its materials."""
    assignment = render_prompt(
        "assignment",
        chapter_title=as_line(job.chapter_title),
        task_title=as_line(job.task_title),
        title=as_line(job.title),
        description=as_data(job.description),
        covered="\n".join(f"- {as_line(title)}" for title in job.covered),
        guidelines=as_data(job.guidelines),
    )
    place = render_prompt(
        "place", place=as_line(job.place.name), editor_note=as_data(job.editor_note)
    )
    return {"assignment": assignment, "place": place}


def _length(job: SectionJob, *, is_article: bool) -> str:
    extent = extent_of(job)
    asked = (job.shape.min_words, job.shape.max_words, job.shape.paragraphs)
    is_asked = any(number is not None for number in asked)
    return render_prompt(
        "length",
        least=extent.least,
        most=extent.most,
        paragraphs=extent.paragraphs,
        is_asked=is_asked,
        is_usual=is_article and job.kind == "sub_task" and not is_asked,
        has_opening=is_article,
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
