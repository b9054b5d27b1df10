"""The passes of one section, in their order, from the searches to the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from factbook.checking.violations import GAPS, Violation, violations, without_violations
from factbook.errors import (
    ContextTooLongError,
    ModelUnavailableError,
    NoTextError,
    RefusedError,
    RunError,
    WriterError,
)
from factbook.evidence.references import CITATION, references, without_citations
from factbook.llm.chat import CallCount, Calls, ChatAnswer, ChatRequest
from factbook.writing.job import Draft, SectionJob
from factbook.writing.model import requests
from factbook.writing.model.echo import MOST_SHARE, echoed_share
from factbook.writing.model.kept_figures import changed_figures
from factbook.writing.model.materials import Fitted, Make, Materials, fit, materials_of, tellable
from factbook.writing.model.options import PassOptions, Roles, room_for
from factbook.writing.model.prose import clean_prose, without_doubled_units, without_thoughts
from factbook.writing.model.requests import Asked
from factbook.writing.model.search import SearchResults
from factbook.writing.model.sense import SenseCheck, answer_schema, asked_again, read_sense_check

LETTERS_A_TOKEN = 16
"""More letters than any model's tokens have on average, also where it was given more room."""

_LETTERS_SHOWN = 200  # of an answer that is no text, to the model that gave it


@dataclass
class Passes:
    """One section on its way through the passes. Used once, by one thread.

    Attributes:
        calls: Makes the model calls.
        roles: Which model does what.
        options: Which passes there are.
        job: The section.
        count: The calls so far, those that gave no answer included.
    """

    calls: Calls
    roles: Roles
    options: PassOptions
    job: SectionJob
    count: CallCount = CallCount()
    _materials: Materials = Materials()
    _fact_ids: frozenset[str] = frozenset()
    _source_ids: frozenset[str] = frozenset()
    _repairs_left: int = 0
    _too_long_tokens: int | None = None
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
        text = self._settled(self._mended(self._draft(results)))
        if self.options.is_polishing(self.job):
            text = self._polished(text)
        if self.options.add_feedback:
            text = self._sense_checked(text)
        summary = self._summary(text) if self.options.add_summary else ""
        return Draft(
            source_text=text,
            summary=summary,
            feedback=" ".join(self._feedback),
            sources=tuple(results.sources),
            marks=tuple(dict.fromkeys(self._text_marks + self._other_marks)),
            missing="; ".join(self._missing),
            calls=self.count,
        )

    def remarks(self, text: Draft) -> Draft:
        """A person's text with its summary and the verdict of the sense check; it stays as it is.

        Args:
            text: The text. All facts that it refers to are in the section's evidence.

        Raises:
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        used = set(references(text.source_text))
        leading = tellable(self.job.evidence.facts)[: self.options.max_facts]
        known = {fact.id for fact in leading} | used
        facts = tuple(fact for fact in self.job.evidence.facts if fact.id in known)
        self._materials = materials_of(self.job, facts, ())
        self._fact_ids = frozenset(used)
        summary = ""
        if self.options.add_feedback:
            self._verdict(without_citations(text.source_text))
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

    def _draft(self, results: SearchResults) -> str:
        """The first text. What its prompt holds is what the section may refer to.

        Later passes are given the same materials, or less. None of them asks for what the text
        could not be written from, and their prompts begin alike, which providers bill less.
        """
        leading = tellable(self.job.evidence.facts)[: self.options.max_facts]
        self._materials = materials_of(self.job, leading, results.entries)
        asked = requests.draft(self.job, self._materials, self.roles.writer)
        text, shown = self._first_text(asked)
        self._fact_ids = shown.fact_ids
        self._source_ids = results.ids_of_first(len(shown.searches))
        self._materials = shown
        return text

    def _first_text(self, asked: Asked) -> tuple[str, Materials]:
        """A draft, and what its prompt held. What is no text is asked for again, as a repair.

        Raises:
            ModelUnavailableError: There is no text.
        """
        while True:
            try:
                answer, shown = self._ask_with_materials(asked)
                return self._prose(answer, asked.model), shown
            except NoTextError as error:
                if not self._repairs_left:
                    raise
                self._repairs_left -= 1
                asked = requests.asked_again(asked, error.answer)

    def _mended(self, text: str) -> str:
        """A text whose violations were sent back for correction, as often as may be."""
        while self._repairs_left and (wrong := self._violations(text)):
            self._repairs_left -= 1
            try:
                text = self._repaired(text, [violation.problem for violation in wrong])
            except (ModelUnavailableError, RefusedError) as error:
                self._lack("repair", error)
                break
        return text

    def _repaired(self, text: str, problems: Sequence[str]) -> str:
        asked = requests.repair(self.job, self._materials, self.roles.writer, text, problems)
        return self._prose(self._ask(asked), self.roles.writer)

    def _polished(self, text: str) -> str:
        """The text after the final edit; as it was when that changed a figure."""
        asked = requests.polish(self.job, self._materials, self.roles.writer, text)
        try:
            edited = self._prose(self._ask(asked), self.roles.writer)
        except (ModelUnavailableError, RefusedError) as error:
            self._lack("final edit", error)
            return text
        changed = changed_figures(text, edited)
        wrong = self._violations(edited)
        if not changed and not wrong:
            return edited
        reason = f"it changed figures: {changed}" if changed else "it broke the form of the text"
        self._feedback.append(f"Final edit: reverted, as {reason}.")
        return text

    def _sense_checked(self, text: str) -> str:
        """The text after the sense check, revised once when its verdict asks for that."""
        check = self._verdict(text)
        if check is None or not check.problems:
            return text
        try:
            revised = self._repaired(text, check.problems)
        except (ModelUnavailableError, RefusedError) as error:
            self._lack("revision", error)
            self._feedback.append("The text could not be revised.")
            return text
        self._feedback.append("The text was revised once.")
        return self._settled(self._mended(revised))

    def _verdict(self, text: str) -> SenseCheck | None:
        """The verdict on the text, noted in the feedback; None where there is none."""
        try:
            check = self._sense_check(text)
        except (ModelUnavailableError, RefusedError) as error:
            self._lack("sense check", error)
            return None
        said = "Sense check: the model gave no verdict." if check is None else check.feedback()
        self._feedback.append(said)
        return check

    def _sense_check(self, text: str) -> SenseCheck | None:
        """The verdict; an answer that is none is asked for once more, then there is none.

        Raises:
            ModelUnavailableError: It cannot be had.
            RefusedError: A content filter refused.
        """
        asked = requests.sense_check(
            self.job, self._materials, self.roles.sota, text, answer_schema()
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

    def _violations(self, text: str) -> tuple[Violation, ...]:
        return violations(text, self._fact_ids, self._source_ids)

    def _settled(self, text: str) -> str:
        """The text with what stays wrong visibly taken out, and named in its marks."""
        if not any(gap in text for gap in GAPS):
            self._text_marks = []  # a revision has corrected what stood there before
        self._text_marks += [violation.mark for violation in self._violations(text)]
        return without_violations(text, self._fact_ids, self._source_ids)

    def _prose(self, answer: ChatAnswer, model: str) -> str:
        """An answer as prose.

        Raises:
            NoTextError: Nothing of it is prose, or it repeats the instructions.
        """
        said = without_thoughts(answer.text)
        text = without_doubled_units(clean_prose(said), self.job.evidence.by_id)
        if echoed_share(said) > MOST_SHARE or echoed_share(text):
            raise _no_text(f"{model} answered with its instructions", answer)
        if not any(map(str.isalnum, text)):
            raise _no_text(f"{model} answered without any prose", answer)
        return text

    def _ask(self, asked: Asked) -> ChatAnswer:
        return self._ask_with_materials(asked)[0]

    def _ask_with_materials(self, asked: Asked) -> tuple[ChatAnswer, Materials]:
        """The answer, and what its prompt held. A prompt that is too long is shortened once.

        Raises:
            ModelUnavailableError: The answer cannot be had, or the prompt is too long still.
        """
        room = room_for(asked.model, asked.answer_tokens, self.options)

        def make(materials: Materials) -> ChatRequest:
            return asked.request(materials, max_tokens=room.max_tokens, options=self.options)

        everything = asked.materials or Materials()
        fitted = self._fitted(everything, make, room.prompt_tokens)
        try:
            return self._call(asked, fitted), fitted.materials
        except ContextTooLongError:
            self._keep_too_long(asked, fitted)
            fitted = fit(everything, make, fitted.tokens // 2)
        try:
            return self._call(asked, fitted), fitted.materials
        except ContextTooLongError as error:
            self._keep_too_long(asked, fitted)
            raise ModelUnavailableError(
                f"{asked.model} takes fewer tokens than the shortened prompt has "
                f"({fitted.tokens:,}): {error}; set openai.context_tokens to what it takes"
            ) from error

    def _fitted(self, materials: Materials, make: Make, room_tokens: int) -> Fitted:
        """A request in the room that an earlier pass of the section was cut to, if it was.

        A long text may need more than that. Anything shorter than what was too long is then worth
        a try.

        Raises:
            ModelUnavailableError: There is no room even without any materials.
        """
        if self._too_long_tokens is None:
            return fit(materials, make, room_tokens)
        try:
            return fit(materials, make, min(room_tokens, self._too_long_tokens // 2))
        except ModelUnavailableError:
            return fit(materials, make, min(room_tokens, self._too_long_tokens - 1))

    def _keep_too_long(self, asked: Asked, fitted: Fitted) -> None:
        """Remember a prompt that was too long; of a search it is the pages found that are."""
        if not asked.is_search:
            self._too_long_tokens = fitted.tokens

    def _call(self, asked: Asked, fitted: Fitted) -> ChatAnswer:
        """One call, counted.

        Raises:
            NoTextError: The answer is longer than it can be.
        """
        try:
            answered = self.calls.call(self.job.section_id, asked.pass_, fitted.request)
        except RunError as error:
            if isinstance(error.calls, CallCount):
                self.count += error.calls
            raise
        self.count += CallCount(
            made=not answered.was_cached,
            cached=answered.was_cached,
            usage=answered.answer.usage,
            cost_usd=answered.cost_usd,
            waited_seconds=answered.waited_seconds,
        )
        _check_length(answered.answer, fitted.request)
        return answered.answer


def _check_length(answer: ChatAnswer, request: ChatRequest) -> None:
    """Refuse what is longer than the tokens that it may have; nothing of it is read.

    Raises:
        NoTextError: It is longer.
    """
    if len(answer.text) > request.max_tokens * LETTERS_A_TOKEN:
        what = f"{len(answer.text):,} letters, more than {request.max_tokens:,} tokens have"
        raise _no_text(f"{request.model} answered with {what}", answer)


def _no_text(why: str, answer: ChatAnswer) -> NoTextError:
    return NoTextError(why, " ".join(answer.text[:_LETTERS_SHOWN].split()))
