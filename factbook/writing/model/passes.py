"""The passes of one section, in their order, from the searches to the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pydantic import ValidationError

from factbook.checking.violations import GAPS, Violation, violations, without_violations
from factbook.errors import ModelUnavailableError, NoTextError, RefusedError, WriterError
from factbook.evidence.references import CITATION, references, without_citations
from factbook.llm.chat import CallCount, Calls, ChatAnswer
from factbook.writing.job import Draft, SectionJob
from factbook.writing.model import requests
from factbook.writing.model.article import (
    Article,
    UnreadableError,
    has_one_paragraph,
    headline_problems,
    read_article,
)
from factbook.writing.model.asking import Asking, WithoutSchema, no_text
from factbook.writing.model.echo import MOST_SHARE, echoed_share
from factbook.writing.model.kept_figures import changed_figures
from factbook.writing.model.materials import Materials, materials_of, tellable
from factbook.writing.model.options import PassOptions, Roles
from factbook.writing.model.prose import clean_prose, without_doubled_units, without_thoughts
from factbook.writing.model.requests import Asked
from factbook.writing.model.search import SearchResults
from factbook.writing.model.sense import SenseCheck, answer_schema, asked_again, read_sense_check
from factbook.writing.model.stories import Stories, stories_of

_HEADLINE_END = ".:;, "


@dataclass
class Passes:
    """One section on its way through the passes. Used once, by one thread.

    Attributes:
        calls: Makes the model calls.
        roles: Which model does what.
        options: Which passes there are.
        job: The section.
        without_schema: Models whose server has refused a JSON schema.
    """

    calls: Calls
    roles: Roles
    options: PassOptions
    job: SectionJob
    without_schema: WithoutSchema = field(default_factory=WithoutSchema)
    _materials: Materials = Materials()
    _fact_ids: frozenset[str] = frozenset()
    _source_ids: frozenset[str] = frozenset()
    _repairs_left: int = 0
    _text_marks: list[str] = field(default_factory=list)
    _other_marks: list[str] = field(default_factory=list)
    _feedback: list[str] = field(default_factory=list)
    _missing: list[str] = field(default_factory=list)

    def run(self) -> Draft:
        """All passes. The summary comes last, so that it describes the text that stands.

        Raises:
            ModelUnavailableError: There is no draft.
            RefusedError: A content filter refused.
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        self._repairs_left = self.options.max_repairs
        results = self._search()
        article = self._settled(self._mended(self._draft(results)))
        if self.options.is_polishing(self.job):
            article = self._polished(article)
        if self.options.add_feedback:
            article = self._sense_checked(article)
        summary = self._summary(article.source_text) if self.options.add_summary else ""
        return Draft(
            source_text=article.source_text,
            headline=article.headline or self._stories.headline,
            summary=summary,
            feedback=" ".join(self._feedback),
            sources=tuple(results.sources),
            marks=tuple(dict.fromkeys(self._text_marks + self._other_marks)),
            missing="; ".join(self._missing),
            calls=self.count,
        )

    @property
    def count(self) -> CallCount:
        """The calls so far, those that gave no answer included."""
        return self._asking.count

    @cached_property
    def _asking(self) -> Asking:
        return Asking(self.calls, self.options, self.job.section_id, self.without_schema)

    @cached_property
    def _stories(self) -> Stories:
        """What the prompt says of findings, and the facts that it holds."""
        facts = tellable(self.job.evidence.facts)
        least = self.options.least_of_headline
        found = stories_of(self.job, facts, least_of_headline=least)
        return replace(found, facts=found.facts[: self.options.max_facts])

    def remarks(self, text: Draft) -> Draft:
        """A person's text with its summary and the verdict of the sense check; it stays as it is.

        Args:
            text: The text. All facts that it refers to are in the section's evidence.

        Raises:
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        used = set(references(text.source_text))
        shown = self._stories.facts
        known = {fact.id for fact in shown}
        more = (f for f in self.job.evidence.facts if f.id in used and f.id not in known)
        stories = replace(self._stories, facts=(*shown, *more))
        self._materials = materials_of(self.job, stories, ())
        self._fact_ids = frozenset(used)
        summary = ""
        if self.options.add_feedback:
            self._verdict(Article(without_citations(text.source_text), text.headline))
        if self.options.add_summary:
            summary = self._summary(text.source_text)
        return text.model_copy(
            update={
                "summary": summary,
                "feedback": " ".join(self._feedback),
                "marks": tuple(dict.fromkeys((*text.marks, *self._other_marks))),
                "missing": "; ".join(self._missing),
                "calls": self.count,
            }
        )

    def _lack(self, pass_name: str, error: WriterError) -> None:
        """A pass after the draft that is not to be had: what there is stands, and says so.

        What a content filter refuses is refused the next time as well: it is a mark, and no
        reason to try again.
        """
        if isinstance(error, RefusedError):
            self._other_marks.append(f"A content filter refused this: {pass_name}.")
        else:
            self._missing.append(f"{pass_name}: {error}")

    def _search(self) -> SearchResults:
        """The job's searches; the draft is written without one that is unavailable."""
        results = SearchResults()
        topics = self.job.searches if self.options.is_searching(self.job) else ()
        for topic in topics:
            name = topic.title or topic.prompt[:60]
            try:
                answer = self._ask(requests.search(self.job, topic, self.roles.search))
            except (ModelUnavailableError, RefusedError) as error:
                self._lack(f"search '{name}'", error)
                continue
            if not results.add(answer):
                self._other_marks.append(f"The search '{name}' named no source; it was left out.")
        return results

    def _draft(self, results: SearchResults) -> Article:
        """The first text. What its prompt holds is what the section may refer to.

        Later passes are given the same materials, or less. None of them asks for what the text
        could not be written from, and their prompts begin alike, which providers bill less.
        """
        self._materials = materials_of(self.job, self._stories, results.entries)
        asked = requests.draft(self.job, self._materials, self.roles.writer)
        article, shown = self._first_text(asked)
        self._fact_ids = shown.fact_ids
        self._source_ids = results.ids_of_first(len(shown.searches))
        self._materials = shown
        return article

    def _first_text(self, asked: Asked) -> tuple[Article, Materials]:
        """A draft, and what its prompt held. What is no text is asked for again, as a repair.

        Raises:
            ModelUnavailableError: There is no text.
        """
        while True:
            try:
                answer, shown = self._asking.ask(asked)
                return self._article(answer, asked), shown
            except NoTextError as error:
                if not self._repairs_left:
                    raise
                self._repairs_left -= 1
                asked = requests.asked_again(asked, error.answer)

    def _mended(self, article: Article) -> Article:
        """A text whose violations were sent back for correction, as often as may be.

        A headline alone is no reason to ask while there is one that can stand in for it.
        """
        while self._repairs_left and (problems := self._problems(article)):
            self._repairs_left -= 1
            try:
                article = self._repaired(article, problems)
            except (ModelUnavailableError, RefusedError) as error:
                self._lack("repair", error)
                break
        return article

    def _problems(self, article: Article) -> list[str]:
        """What has to be corrected; none when the text is right and a headline can stand in."""
        of_text = [wrong.problem for wrong in self._violations(article.source_text)]
        of_headline = self._of_headline(article.headline)
        return of_text + of_headline if of_text or not self._stories.headline else []

    def _of_headline(self, headline: str) -> list[str]:
        return headline_problems(headline, self._fact_ids, self.job.evidence)

    def _repaired(self, article: Article, problems: Sequence[str]) -> Article:
        """The text written again; with its headline as it was where none came back."""
        asked = requests.repair(self.job, self._materials, self.roles.writer, article, problems)
        repaired = self._article(self._ask(asked), asked)
        return replace(repaired, headline=repaired.headline or article.headline)

    def _polished(self, article: Article) -> Article:
        """The text after the final edit; as it was when that changed a figure."""
        asked = requests.polish(self.job, self._materials, self.roles.writer, article)
        try:
            edited = self._article(self._ask(asked), asked)
        except (ModelUnavailableError, RefusedError) as error:
            self._lack("final edit", error)
            return article
        if not (article.headline and edited.headline):
            edited = replace(edited, headline=article.headline)
        changed = changed_figures(article.source_text, edited.source_text)
        changed = changed or changed_figures(article.headline, edited.headline)
        wrong = self._violations(edited.source_text) or self._of_headline(edited.headline)
        if not changed and not wrong:
            return edited
        reason = f"it changed figures: {changed}" if changed else "it broke the form of the text"
        self._feedback.append(f"Final edit: reverted, as {reason}.")
        return article

    def _sense_checked(self, article: Article) -> Article:
        """The text after the sense check, revised once when its verdict asks for that."""
        check = self._verdict(article)
        if check is None or not check.problems:
            return article
        try:
            revised = self._repaired(article, check.problems)
        except (ModelUnavailableError, RefusedError) as error:
            self._lack("revision", error)
            self._feedback.append("The text could not be revised.")
            return article
        self._feedback.append("The text was revised once.")
        return self._settled(self._mended(revised))

    def _verdict(self, article: Article) -> SenseCheck | None:
        """The verdict on the text, noted in the feedback; None where there is none."""
        try:
            check = self._sense_check(article)
        except (ModelUnavailableError, RefusedError) as error:
            self._lack("sense check", error)
            return None
        said = "Sense check: the model gave no verdict." if check is None else check.feedback()
        self._feedback.append(said)
        return check

    def _sense_check(self, article: Article) -> SenseCheck | None:
        """The verdict; an answer that is none is asked for once more, then there is none.

        Raises:
            ModelUnavailableError: It cannot be had.
            RefusedError: A content filter refused.
        """
        asked = requests.sense_check(
            self.job, self._materials, self.roles.sota, article.marked, answer_schema()
        )
        answer = self._ask(asked)
        check = read_sense_check(answer.text)
        if isinstance(check, ValidationError):
            again = replace(asked, more=tuple(asked_again(answer.text, check)))
            check = read_sense_check(self._ask(again).text)
        return None if isinstance(check, ValidationError) else check

    def _summary(self, text: str) -> str:
        """The text in one paragraph, without citations; empty when it cannot be had."""
        asked = requests.summary(self.job, self._materials, self.roles.base, text)
        try:
            prose = self._prose(self._ask(asked), self.roles.base)
        except (ModelUnavailableError, RefusedError) as error:
            self._lack("summary", error)
            return ""
        uncited = CITATION.sub("", prose)
        known = without_violations(" ".join(uncited.split()), self._fact_ids)
        self._other_marks += [
            f"Summary: {wrong.mark}" for wrong in violations(uncited, self._fact_ids)
        ]
        return known

    def _settled(self, article: Article) -> Article:
        """The text with what stays wrong visibly taken out, and named in its marks.

        A headline that stays wrong goes: that of the offline writer stands in for it.
        """
        if not any(gap in article.source_text for gap in GAPS):
            self._text_marks = []  # a revision has corrected what stood there before
        self._text_marks += [wrong.mark for wrong in self._violations(article.source_text)]
        known = self._fact_ids, self._source_ids
        return replace(
            article,
            headline="" if self._of_headline(article.headline) else article.headline,
            standfirst=without_violations(article.standfirst, *known),
            text=without_violations(article.text, *known),
        )

    def _article(self, answer: ChatAnswer, asked: Asked) -> Article:
        """An answer in its parts, as prose.

        Raises:
            NoTextError: Nothing of it is prose, it repeats the instructions, or is broken JSON.
        """
        if not asked.is_article:
            return Article(self._prose(answer, asked.model))
        said = without_thoughts(answer.text)
        try:
            read = read_article(said)
        except UnreadableError as error:
            raise no_text(f"{asked.model} answered with {error}", answer) from error
        standfirst, text = (self._cleaned(part) for part in (read.standfirst, read.text))
        text = text.removeprefix(standfirst).strip()
        self._require_text(f"{standfirst}\n\n{text}", said, answer, asked.model)
        headline = self._cleaned(f"{read.headline.strip(_HEADLINE_END)}.") if read.headline else ""
        return Article(
            text,
            headline=" ".join(headline.split()).rstrip(_HEADLINE_END),
            standfirst=" ".join(standfirst.split()),
            has_one_paragraph=has_one_paragraph(self.job),
        )

    def _prose(self, answer: ChatAnswer, model: str) -> str:
        """An answer as prose.

        Raises:
            NoTextError: Nothing of it is prose, or it repeats the instructions.
        """
        said = without_thoughts(answer.text)
        text = self._cleaned(said)
        self._require_text(text, said, answer, model)
        return text

    def _cleaned(self, text: str) -> str:
        return without_doubled_units(clean_prose(text), self.job.evidence.by_id)

    @staticmethod
    def _require_text(text: str, said: str, answer: ChatAnswer, model: str) -> None:
        if echoed_share(said) > MOST_SHARE or echoed_share(text):
            raise no_text(f"{model} answered with its instructions", answer)
        if not any(map(str.isalnum, text)):
            raise no_text(f"{model} answered without any prose", answer)

    def _ask(self, asked: Asked) -> ChatAnswer:
        return self._asking.ask(asked)[0]

    def _violations(self, text: str) -> tuple[Violation, ...]:
        return violations(text, self._fact_ids, self._source_ids)
