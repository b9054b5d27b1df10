"""What a model server is to do: latency, limits, models, and the faults of its answers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

WireFault = Literal[
    "hang",  # takes the request and never answers
    "drip_body",  # a byte of a good body every `drip_seconds`, for ever
    "drip_headers",  # a byte of the headers every `drip_seconds`, for ever
    "reset_before",  # resets the connection before the body is read: matched without the model
    "reset_after",  # resets it when the request is read
    "reset_during",  # resets it in the middle of the answer
    "large_body",  # a body of `body_bytes`
]
ErrorFault = Literal[
    "status",  # the status code in `status`
    "bad_key",  # 401
    "unknown_model",  # 404
    "no_quota",  # 429 that no waiting resolves
    "context_too_long",  # 400
    "content_filter_error",  # 400, as Azure says it
]
BodyFault = Literal[
    "truncated_json",
    "invalid_json",
    "html",
    "empty_object",
    "error_object",
    "no_choices",
    "null_content",
    "empty_content",
    "cut_off",  # finish_reason length
    "content_filter",  # finish_reason content_filter
    "refusal",  # a message with `refusal` in place of `content`
]
TextFault = Literal[
    "unknown_reference",  # {F999}
    "braces",  # braces that are no reference
    "markup",  # a heading and bold
    "free_digits",  # digits in place of references
    "glued_reference",  # a digit before a reference and letters after it
    "links",  # links in all spellings, and characters that nobody sees
    "brackets",  # thousands of opening brackets
    "prompt_echo",  # the system's message in place of a text
    "prompt_echo_part",  # a text with a part of that message in it, in other case and spacing
    "revise",  # a verdict `revise` with an issue
    "broken_schema",  # JSON that does not keep the schema
]
FaultKind = WireFault | ErrorFault | BodyFault | TextFault
Form = Literal["prose", "json", "search"]

FORMS: Mapping[str, Form] = {
    "unknown_reference": "prose",
    "braces": "prose",
    "markup": "prose",
    "free_digits": "prose",
    "glued_reference": "prose",
    "links": "prose",
    "brackets": "prose",
    "prompt_echo": "prose",
    "prompt_echo_part": "prose",
    "revise": "json",
    "broken_schema": "json",
}
"""Kind of a text fault → the form of answer that it spoils; other answers it does not meet."""


class CallId(NamedTuple):
    """The parts of `X-Client-Request-Id`: ``1.1.2@AT/draft/1``."""

    section: str = ""
    pass_: str = ""
    attempt: str = ""

    @classmethod
    def parse(cls, text: str) -> CallId:
        """The parts; all empty when it has another form."""
        parts = text.rsplit("/", 2)
        return cls(*parts) if len(parts) == 3 else cls()


class Model(BaseModel):
    """Base of the models here: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Fault(Model):
    """A fault and the hits that it meets. The first fault of the list that meets a hit is played.

    Attributes:
        kind: What happens.
        section: Glob over section ids.
        pass_: Glob over passes; ``pass`` in JSON.
        model: Glob over models.
        first: The first of the hits that fit the globs and the times (and that no earlier fault
            of the list took) which it meets, counted from 1.
        times: How many of them it meets; None for all.
        per_call: Whether hits are counted for each section and pass apart.
        from_seconds: Begins so long after the scenario was set.
        to_seconds: Ends so long after the scenario was set; None for never.
        delay_seconds: Passes before it happens.
        status: Code of ``status``.
        retry_after: Header Retry-After of ``status`` and ``no_quota``: seconds, or any text.
        drip_seconds: Time between two bytes.
        body_bytes: Size of ``large_body``.
    """

    kind: FaultKind
    section: str = "*"
    pass_: str = Field("*", alias="pass")
    model: str = "*"
    first: int = Field(1, ge=1)
    times: int | None = Field(None, ge=1)
    per_call: bool = False
    from_seconds: float = Field(0.0, ge=0)
    to_seconds: float | None = None
    delay_seconds: float = Field(0.0, ge=0)
    status: int = Field(500, ge=400, le=599)
    retry_after: float | str | None = None
    drip_seconds: float = Field(0.2, gt=0)
    body_bytes: int = Field(100_000_000, ge=1)

    @model_validator(mode="after")
    def _unread_has_no_model(self) -> Fault:
        if self.kind == "reset_before" and self.model != "*":
            raise ValueError("reset_before comes before the model is read: match section or pass")
        return self

    def fits(self, call: CallId, model: str, elapsed_seconds: float) -> bool:
        """Whether a hit is one that this fault counts."""
        return (
            fnmatchcase(call.section, self.section)
            and fnmatchcase(call.pass_, self.pass_)
            and fnmatchcase(model, self.model)
            and self.from_seconds <= elapsed_seconds
            and (self.to_seconds is None or elapsed_seconds < self.to_seconds)
        )

    def meets(self, count: int) -> bool:
        """Whether it meets the hit of that number, counted from 1."""
        last = None if self.times is None else self.first + self.times - 1
        return self.first <= count and (last is None or count <= last)


class Scenario(Model):
    """All that determines how the server behaves, but for the requests.

    Attributes:
        key: The right API key; None takes any that is there.
        echo_key: Whether the message of a 401 repeats the key, as careless servers do.
        models: Known models; empty for any.
        context_tokens: Bound on prompt and completion together; None for none.
        refused_parameters: Fields of the body that are answered with 400.
        latency_seconds: Time that each good answer takes.
        requests_per_minute: Above it, 429; None for no limit. The same for `tokens_per_minute`
            (those of prompt and completion) and `burst_per_second` (requests in any second).
        window_seconds: Length of the windows of the two limits per minute. The limits are never
            scaled: a shorter window makes them laxer, for clients whose clock is not the server's.
        headers: Whether every answer has ``x-ratelimit-*`` headers.
        faults: Faults, in the order in which they are tried.
    """

    key: str | None = None
    echo_key: bool = False
    models: tuple[str, ...] = ()
    context_tokens: int | None = Field(None, ge=1)
    refused_parameters: tuple[str, ...] = ()
    latency_seconds: float = Field(0.0, ge=0)
    requests_per_minute: int | None = Field(None, ge=1)
    tokens_per_minute: int | None = Field(None, ge=1)
    burst_per_second: int | None = Field(None, ge=1)
    window_seconds: float = Field(60.0, gt=0)
    headers: bool = False
    faults: tuple[Fault, ...] = ()


class Play:
    """A scenario being played: its clock, and how many hits each of its faults has counted."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._started = time.monotonic()
        self._counts: Counter[tuple[int, CallId]] = Counter()

    def fault_unread(self, call: CallId) -> Fault | None:
        """The ``reset_before`` that meets this hit, which is counted; else None."""
        return self._met(call, "", lambda fault: fault.kind == "reset_before")

    def fault(self, call: CallId, model: str, form: Form) -> Fault | None:
        """The fault that meets this hit, which is counted; None for a good answer.

        Args:
            call: The call's id.
            model: The model asked for.
            form: Form of the answer.
        """
        return self._met(
            call,
            model,
            lambda fault: fault.kind != "reset_before" and FORMS.get(fault.kind, form) == form,
        )

    def _met(
        self, call: CallId, model: str, can_be_played: Callable[[Fault], bool]
    ) -> Fault | None:
        elapsed = time.monotonic() - self._started
        for number, fault in enumerate(self.scenario.faults):
            if not can_be_played(fault) or not fault.fits(call, model, elapsed):
                continue
            counted = CallId(call.section, call.pass_) if fault.per_call else CallId()
            self._counts[number, counted] += 1
            if fault.meets(self._counts[number, counted]):
                return fault
        return None
