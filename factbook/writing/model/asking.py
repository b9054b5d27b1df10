"""Asking: the calls of one section, each shortened to its room, and what servers cannot do."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace

from factbook.errors import (
    ContextTooLongError,
    ModelUnavailableError,
    NoSchemaError,
    NoTextError,
    RunError,
)
from factbook.llm.chat import CallCount, Calls, ChatAnswer, ChatRequest
from factbook.writing.model.materials import Fitted, Make, Materials, fit
from factbook.writing.model.options import PassOptions, room_for
from factbook.writing.model.requests import Asked

LETTERS_A_TOKEN = 16
"""More letters than any model's tokens have on average, also where it was given more room."""

_LETTERS_SHOWN = 200  # of an answer that is no text, to the model that gave it


class WithoutSchema:
    """Models whose server has refused a JSON schema. Shared by all sections of a run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._models: set[str] = set()

    def add(self, model: str) -> None:
        """Note a refusal."""
        with self._lock:
            self._models.add(model)

    def has(self, model: str) -> bool:
        """Whether a model is asked without one."""
        with self._lock:
            return model in self._models


@dataclass
class Asking:
    """The model calls of one section. Used once, by one thread.

    Attributes:
        calls: Makes the model calls.
        options: The bounds of their prompts.
        section_id: The section.
        without_schema: Models that are asked without a JSON schema.
        count: The calls so far, those that gave no answer included.
    """

    calls: Calls
    options: PassOptions
    section_id: str
    without_schema: WithoutSchema
    count: CallCount = field(default_factory=CallCount)
    _too_long_tokens: int | None = None

    def ask(self, asked: Asked) -> tuple[ChatAnswer, Materials]:
        """The answer, and what its prompt held.

        A prompt that is too long is shortened once. A server that takes no JSON schema is asked
        again without one; the models that this holds for are not asked with one again.

        Raises:
            ModelUnavailableError: The answer cannot be had, or the prompt is too long still.
            NoTextError: The answer is longer than it can be.
        """
        if self.without_schema.has(asked.model):
            asked = replace(asked, can_json=False)
        try:
            return self._shortened(asked)
        except NoSchemaError:
            self.without_schema.add(asked.model)
        try:
            return self._shortened(replace(asked, can_json=False))
        except NoSchemaError as error:
            raise ModelUnavailableError(str(error)) from error

    def _shortened(self, asked: Asked) -> tuple[ChatAnswer, Materials]:
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
            fitted = _shorter(everything, make, room.prompt_tokens, fitted.tokens)
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

        Raises:
            ModelUnavailableError: There is no room even without any materials.
        """
        if self._too_long_tokens is None:
            return fit(materials, make, room_tokens)
        return _shorter(materials, make, room_tokens, self._too_long_tokens)

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
            answered = self.calls.call(self.section_id, asked.pass_, fitted.request)
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


def _shorter(materials: Materials, make: Make, room_tokens: int, too_long_tokens: int) -> Fitted:
    """A request of half the tokens that were too many.

    What cannot be left out may need more than that: rules, brief and a long text. Anything shorter
    than what was too long is then worth a try.

    Raises:
        ModelUnavailableError: There is no room even without any materials.
    """
    for eighths in (4, 5, 6, 7):
        with suppress(ModelUnavailableError):
            return fit(materials, make, min(room_tokens, too_long_tokens * eighths // 8))
    return fit(materials, make, min(room_tokens, too_long_tokens - 1))


def _check_length(answer: ChatAnswer, request: ChatRequest) -> None:
    """Refuse what is longer than the tokens that it may have; nothing of it is read.

    Raises:
        NoTextError: It is longer.
    """
    if len(answer.text) > request.max_tokens * LETTERS_A_TOKEN:
        what = f"{len(answer.text):,} letters, more than {request.max_tokens:,} tokens have"
        raise no_text(f"{request.model} answered with {what}", answer)


def no_text(why: str, answer: ChatAnswer) -> NoTextError:
    """The error for an answer that is no text, with its beginning."""
    return NoTextError(why, " ".join(answer.text[:_LETTERS_SHOWN].split()))
