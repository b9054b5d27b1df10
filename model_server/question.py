"""A request's body, read: the same for both ways of asking."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from model_server.scenario import Form
from model_server.schema import is_article
from model_server.shapes import tokens

CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"
_BOUNDS = {CHAT: ("max_completion_tokens", "max_tokens"), RESPONSES: ("max_output_tokens",)}


class MalformedError(Exception):
    """The body is not one that the server reads."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        path: `CHAT` or `RESPONSES`.
        model: Name of the model.
        prompt: The messages of the user.
        system: The messages of the system.
        prompt_tokens: Tokens of all messages.
        max_tokens: Bound on the completion; None without.
        schema: JSON schema of the answer; None for prose.
        is_search: Whether the model may search the internet.
        fields: Names of the body's fields.
        sha256: SHA-256 of the body.
    """

    path: str
    model: str
    prompt: str
    system: str
    prompt_tokens: int
    max_tokens: int | None
    schema: Mapping[str, Any] | None
    is_search: bool
    fields: frozenset[str]
    sha256: str

    @property
    def form(self) -> Form:
        """The form of its answer."""
        if self.is_search:
            return "search"
        return "prose" if self.schema is None or is_article(self.schema) else "json"

    @property
    def seed(self) -> int:
        """A number made from model and prompt: more room does not change the wording."""
        return zlib.crc32(f"{self.model}\n{self.prompt}".encode())

    @property
    def identity(self) -> str:
        """What the ids of the answer are made from."""
        return self.sha256[:24]


def read_question(path: str, raw: bytes) -> Question:
    """Read the body of a request.

    Args:
        path: `CHAT` or `RESPONSES`.
        raw: The body.

    Raises:
        MalformedError: It is not a JSON object, or a field is missing or malformed.
    """
    try:
        body = orjson.loads(raw)
        messages = _messages(path, body)
        return Question(
            path=path,
            model=_text(body["model"]),
            prompt=_of_role("user", messages),
            system="\n\n".join(text for role, text in messages if role == "system"),
            prompt_tokens=tokens(sum(len(text) for _, text in messages)),
            max_tokens=_bound(path, body),
            schema=_schema(path, body),
            is_search=any(tool["type"].startswith("web_search") for tool in body.get("tools", ())),
            fields=frozenset(body),
            sha256=hashlib.sha256(raw).hexdigest(),
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise MalformedError(f"cannot read the body: {type(error).__name__}: {error}") from error


def _messages(path: str, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    if body.get("stream"):
        raise ValueError("stream is not served here")
    if path == CHAT:
        return [(message["role"], _text(message["content"])) for message in body["messages"]]
    asked = body["input"]
    given = [{"role": "user", "content": asked}] if isinstance(asked, str) else asked
    instructions = [("system", body["instructions"])] if body.get("instructions") else []
    return instructions + [(message["role"], _text(message["content"])) for message in given]


def _of_role(role: str, messages: list[tuple[str, str]]) -> str:
    """The messages of one role, of which there must be one."""
    said = [text for name, text in messages if name == role]
    if not said:
        raise ValueError(f"there is no {role} message")
    return "\n\n".join(said)


def _text(content: Any) -> str:
    """A text, or the texts of a list of parts."""
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content)


def _bound(path: str, body: Mapping[str, Any]) -> int | None:
    for name in _BOUNDS[path]:
        bound = body.get(name)
        if bound is not None:
            if not isinstance(bound, int) or bound < 1:
                raise ValueError(f"{name} is {bound!r}, not a whole number above 0")
            return bound
    return None


def _schema(path: str, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if path == CHAT:
        form = body.get("response_format") or {}
        return form["json_schema"]["schema"] if form.get("type") == "json_schema" else None
    form = body.get("text", {}).get("format", {})
    return form["schema"] if form.get("type") == "json_schema" else None
