"""Errors of an OpenAI-compatible server, translated once into the error tree.

No message contains the key or the prompt: a provider's message is shown on one line, shortened, and
without either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from factbook.errors import (
    ContextTooLongError,
    NoSchemaError,
    RateLimitedError,
    RefusedError,
    RunError,
    StoppedError,
    TransientCallError,
)
from factbook.llm.chat import ChatRequest
from factbook.llm.openai_headers import RateLimitHeaders

MAX_SAID = 300
"""Characters of a provider's message that are shown."""

_ECHO = 24  # characters in a row that a message and the prompt share only if one quotes the other
_LEAST_SECRET = 6  # characters; anything shorter (``none``) is not a key, and occurs in any word
_QUOTA = {
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_not_active",
    "insufficient_balance",
}
_NO_MODEL = {"model_not_found", "deploymentnotfound"}
_REFUSED = {"content_filter", "content_policy_violation", "responsibleaipolicyviolation"}
_CONTEXT = {
    "context_length_exceeded",
    "exceed_context_size_error",  # llama.cpp
    "string_above_max_length",
}
_CONTEXT_WORDS = ("maximum context length", "context window")  # vLLM and others give no code
_SCHEMA_WORDS = ("response_format", "json_schema", "json schema", "structured output")
_MAY_BE_CHARGED = {408}  # work may have been done; other reported errors are not charged


@dataclass(frozen=True)
class Asked:
    """What the errors of an attempt need to know about it.

    Attributes:
        request: The request.
        host: The server, without user name and path.
        path: The endpoint, ``/chat/completions``.
        key: The key, which no message may contain.
    """

    request: ChatRequest = field(repr=False)
    host: str
    path: str
    key: SecretStr

    def quote(self, text: object) -> str:
        """A provider's text, fit for a message: one line, shortened, without key and prompt."""
        line = " ".join(str(text or "").split())
        secret = self.key.get_secret_value()
        line = line.replace(secret, "…") if len(secret) >= _LEAST_SECRET else line
        line = line[: self._echo_begins(line)]
        line = line if len(line) <= MAX_SAID else line[: MAX_SAID - 1] + "…"
        return "".join(c if c.isprintable() else "�" for c in line)

    def _echo_begins(self, line: str) -> int:
        """Where a line begins to quote the prompt; its length when it does not."""
        prompts = [" ".join(m.content.split()) for m in self.request.messages]
        for start in range(min(len(line), MAX_SAID) - _ECHO + 1):
            if any(line[start : start + _ECHO] in prompt for prompt in prompts):
                return start
        return len(line)


@dataclass(frozen=True)
class _Problem:
    """An error status with the content of its body.

    Attributes:
        status: HTTP status.
        names: The body's code and type, in lower case.
        message: The body's message.
    """

    status: int
    names: frozenset[str]
    message: str

    @property
    def is_refusal(self) -> bool:
        return bool(self.names & _REFUSED)

    @property
    def is_no_quota(self) -> bool:
        return self.status == 402 or bool(self.names & _QUOTA)

    @property
    def is_no_model(self) -> bool:
        if self.names & _NO_MODEL:
            return True
        # vLLM and Ollama give no code of their own, but their message names the model.
        return self.status == 404 and "model" in self.message.casefold()

    @property
    def is_context(self) -> bool:
        if self.status == 413 or self.names & _CONTEXT:
            return True
        return any(words in self.message.casefold() for words in _CONTEXT_WORDS)


def _is_no_schema(problem: _Problem, asked: Asked) -> bool:
    """Whether a request was refused for its JSON schema, which no code but the message says."""
    said = problem.message.casefold()
    return asked.request.answer_schema is not None and any(word in said for word in _SCHEMA_WORDS)


def status_error(status: int, headers: Mapping[str, str], body: object, asked: Asked) -> RunError:
    """The error for an answer with an error status.

    Args:
        status: HTTP status.
        headers: The answer's headers about limits, names in lower case.
        body: The error object of the body, else the body: JSON values or text.
        asked: The attempt.
    """
    problem = _problem(status, body)
    limits = RateLimitHeaders.read(headers)
    if status in (401, 403) and not problem.is_no_model and not problem.is_refusal:
        return _key_refused(problem, asked)
    if problem.is_no_quota:
        return StoppedError(
            f"The quota of the key at {asked.host} is used up ({status}). Raise it, or set "
            "OPENAI_API_KEY to another key, and run again"
        )
    if status == 429:
        return RateLimitedError(
            _answered(problem, asked),
            "429",
            retry_after_seconds=limits.wait_seconds,
            was_charged=False,
        )
    if status in (408, 409) or status >= 500:
        return TransientCallError(
            _answered(problem, asked),
            str(status),
            retry_after_seconds=limits.retry_after_seconds,
            is_outage=status >= 500,
            was_charged=status in _MAY_BE_CHARGED,
        )
    return _refused_request(problem, asked)


def connection_error(cause: BaseException | None, asked: Asked) -> TransientCallError:
    """The error for a connection that failed or broke.

    Args:
        cause: The HTTP client's error; its class says how far the request had come.
        asked: The attempt.
    """
    name = type(cause).__name__
    outcome = "timeout" if name.endswith("Timeout") else "connection"
    is_sent = name not in ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError")
    why = asked.quote(cause) or name
    return TransientCallError(
        f"The connection to {asked.host} {'broke' if is_sent else 'failed'}: {why}",
        outcome,
        is_outage=name != "PoolTimeout",  # all our own connections were in use
        was_charged=is_sent,
    )


def deadline_error(seconds: float, asked: Asked) -> TransientCallError:
    """The error for an attempt that did not end in time."""
    return TransientCallError(
        f"{asked.host} gave no complete answer within {seconds:.0f} s", "timeout", is_outage=True
    )


def body_error(
    what: str,
    asked: Asked,
    *,
    input_tokens: int | None = None,
    output_tokens: int | None = None,
) -> TransientCallError:
    """The error for a 200 whose body is not a valid answer.

    Args:
        what: What the body is, ``HTML``.
        asked: The attempt.
        input_tokens: The body's count, if it has one; None otherwise.
        output_tokens: The same.
    """
    return TransientCallError(
        f"{asked.host} answered with {what}",
        "bad_body",
        input_tokens=input_tokens,
        output_tokens=output_tokens,
    )


def provider_message(body: object) -> str:
    """The message in an error body; empty when there is none.

    Args:
        body: JSON values (an ``error`` object, ``{"detail": …}``, ``{"message": …}``) or text.
    """
    if isinstance(body, str):
        return "" if body.lstrip().startswith("<") else body
    if isinstance(body, list):
        return "; ".join(filter(None, map(provider_message, body)))
    if isinstance(body, Mapping):
        for key in ("message", "msg", "detail", "error"):
            if said := provider_message(body.get(key)):
                return said
    return ""


def _problem(status: int, body: object) -> _Problem:
    fields = body if isinstance(body, Mapping) else {}
    inner = fields.get("innererror")
    codes = [fields.get("code"), fields.get("type")]
    codes += [inner.get("code")] if isinstance(inner, Mapping) else []
    names = frozenset(code.casefold() for code in codes if isinstance(code, str))
    return _Problem(status=status, names=names, message=provider_message(body))


def _answered(problem: _Problem, asked: Asked) -> str:
    said = asked.quote(problem.message)
    return f"{asked.host} answered {problem.status}" + (f": {said}" if said else "")


def _key_refused(problem: _Problem, asked: Asked) -> StoppedError:
    # A provider's message about a key shows parts of the key, so it is not repeated.
    right = " with access to the model" if problem.status == 403 else ""
    return StoppedError(
        f"{asked.host} rejects the key for model '{asked.request.model}' ({problem.status}). "
        f"Set OPENAI_API_KEY to a valid key{right}"
    )


def _refused_request(problem: _Problem, asked: Asked) -> RunError:
    """The error for any other status from 300 to 499."""
    make = next(
        (
            make
            for holds, make in (
                (problem.is_refusal, _refusal),
                (problem.is_context, _context),
                (problem.is_no_model, _no_model),
                (_is_no_schema(problem, asked), _no_schema),
                (problem.status in (404, 405), _no_endpoint),
                (300 <= problem.status < 400, _redirect),
            )
            if holds
        ),
        _bad_request,
    )
    return make(problem, asked)


def _refusal(problem: _Problem, asked: Asked) -> RunError:
    return RefusedError(f"The content filter of {asked.host} refused the section")


def _context(problem: _Problem, asked: Asked) -> RunError:
    said = asked.quote(problem.message)
    return ContextTooLongError(
        f"The prompt is too long for model '{asked.request.model}'" + (f": {said}" if said else ""),
        "context",
    )


def _no_schema(problem: _Problem, asked: Asked) -> RunError:
    return NoSchemaError(
        f"{asked.host} takes no JSON schema for model '{asked.request.model}' ({problem.status})",
        "no_schema",
    )


def _no_model(problem: _Problem, asked: Asked) -> RunError:
    return StoppedError(
        f"{asked.host} has no model '{asked.request.model}', or the key may not use it "
        f"({problem.status}). Set base_model, writer_model, sota_model and search_model to "
        "available models"
    )


def _no_endpoint(problem: _Problem, asked: Asked) -> RunError:
    remedy = "Check OPENAI_BASE_URL; it usually ends in /v1"
    if asked.request.is_search:
        remedy += ". A provider without internet search needs skip_internet_search = true"
    return StoppedError(
        f"{asked.host} has no endpoint {asked.path} for model '{asked.request.model}' "
        f"({problem.status}). {remedy}"
    )


def _redirect(problem: _Problem, asked: Asked) -> RunError:
    return StoppedError(
        f"{asked.host} redirects requests to another address ({problem.status}). Redirects are "
        "not followed, as they would reveal the key. Set OPENAI_BASE_URL to the final address"
    )


def _bad_request(problem: _Problem, asked: Asked) -> RunError:
    said = asked.quote(problem.message) or "no reason given"
    return StoppedError(
        f"The provider rejected the request: {said} ({asked.host}, {problem.status}, model "
        f"'{asked.request.model}')"
    )
