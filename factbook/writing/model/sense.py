"""The sense check: a structured verdict on a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from factbook.checking.characters import without_format_characters
from factbook.checking.violations import as_words
from factbook.llm.chat import AnswerSchema, Message
from factbook.writing.model.echo import MOST_SHARE, echoed_share

MOST_ISSUES = 8
"""Issues that a revision is asked to correct; a longer list asks for another text."""

_FENCE = re.compile(r"```(?:json)?", re.IGNORECASE)


class SenseCheck(BaseModel):
    """What a sense check says of a text.

    Attributes:
        verdict: ``revise`` when something has to change.
        issues: What has to change, a sentence each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["ok", "revise"]
    issues: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """The issues that a revision has to correct; none when the verdict is ``ok``."""
        return self._said[:MOST_ISSUES] if self.verdict == "revise" else ()

    def feedback(self) -> str:
        """Verdict and issues in words, which stand in the report's table: cleaned like its texts.

        They keep no braces that would pass for references, no addresses, nothing that readers do
        not see, and no issue that mostly repeats instructions.
        """
        issues = "; ".join(as_words(issue).rstrip(".") for issue in self._said)
        return f"Sense check: {self.verdict}" + (f": {issues}" if issues else "") + "."

    @property
    def _said(self) -> tuple[str, ...]:
        """The issues, each on one line."""
        seen = (" ".join(without_format_characters(issue).split()) for issue in self.issues)
        return tuple(issue for issue in seen if issue and echoed_share(issue) <= MOST_SHARE)


def answer_schema() -> AnswerSchema:
    """The JSON schema of a sense check, as strict servers take it."""
    return AnswerSchema(name="sense_check", body=SenseCheck.model_json_schema())


def read_sense_check(text: str) -> SenseCheck | ValidationError:
    """A model's answer as a sense check, or what is wrong with it."""
    bare = text.rpartition("</think>")[2].strip()
    if (fence := _FENCE.match(bare)) and bare.endswith("```"):
        bare = bare[fence.end() : -3]
    try:
        return SenseCheck.model_validate_json(bare.strip())
    except ValidationError as error:
        return error


def asked_again(answer: str, error: ValidationError) -> Sequence[Message]:
    """What is said to a model whose answer was no sense check."""
    wrong = "; ".join(
        f"{'.'.join(map(str, detail['loc'])) or 'answer'}: {detail['msg']}"
        for detail in error.errors(include_url=False, include_input=False)
    )
    return (
        Message(role="assistant", content=answer),
        Message(
            role="user",
            content=f"That is not the JSON asked for ({wrong}). Answer with the JSON object "
            'alone: {"verdict": "ok" or "revise", "issues": [sentences]}.',
        ),
    )
