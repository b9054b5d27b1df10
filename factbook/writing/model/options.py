"""What a model writer is given: its models, its passes, and how long its prompts may be."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from factbook.llm.contexts import context_tokens_of
from factbook.writing.job import SectionJob
from factbook.writing.offline.writer import LEAST_OF_HEADLINE

MOST_TOKENS = 16_000
"""The most tokens that any completion is given, reasoning included."""

REASONING_TOKENS = 4_000
"""What models that reason spend before they write, at a careful guess."""


class Model(BaseModel):
    """Base of the models here: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Roles(Model):
    """Which model does what.

    Attributes:
        base: Summaries.
        writer: Drafts, repairs and the final edit.
        sota: The sense check.
        search: Internet searches.
    """

    base: str
    writer: str
    sota: str
    search: str


class PassOptions(Model):
    """Which passes a section goes through, and the bounds of their prompts.

    Attributes:
        add_search: Whether a job's searches are made.
        add_summary: Whether to make a summary.
        add_feedback: Whether to make the sense check.
        add_final_polish: Whether to make the final edit.
        draft_report_conclusion: Whether conclusions go without the final edit.
        max_repairs: How often violations are sent back for correction.
        max_facts: Facts that a prompt holds at most.
        context_tokens: Tokens that the models take; None for what is known of each by its name.
        reasoning_tokens: Room in each completion for a model's reasoning; 0 for models that
            do not reason.
        json_articles: Whether headline, standfirst and text are asked for as JSON where the server
            takes a schema; else as marked lines.
        least_of_headline: Score from which on a finding makes the headline that stands in.
        temperature: None leaves it to the provider.
        reasoning_effort: None leaves it to the provider.
    """

    add_search: bool = True
    add_summary: bool = False
    add_feedback: bool = False
    add_final_polish: bool = False
    draft_report_conclusion: bool = False
    max_repairs: int = Field(default=2, ge=0)
    max_facts: int = Field(default=120, ge=1)
    context_tokens: int | None = Field(default=None, ge=1)
    reasoning_tokens: int = Field(default=REASONING_TOKENS, ge=0)
    json_articles: bool = True
    least_of_headline: float = LEAST_OF_HEADLINE
    temperature: float | None = None
    reasoning_effort: str | None = None

    def is_searching(self, job: SectionJob) -> bool:
        """Whether a section has searches that are made."""
        return self.add_search and bool(job.searches)

    def is_polishing(self, job: SectionJob) -> bool:
        """Whether a section gets the final edit."""
        return self.add_final_polish and not (
            self.draft_report_conclusion and job.kind == "conclusion"
        )


class Room(Model):
    """How the tokens of one request are shared out.

    Attributes:
        prompt_tokens: The most that its messages may have.
        max_tokens: The bound on its completion.
    """

    prompt_tokens: int
    max_tokens: int


def room_for(model: str, answer_tokens: int, options: PassOptions) -> Room:
    """Share out the tokens of a request.

    The completion gets its text and the reasoning before it, at most `MOST_TOKENS` and half of
    the context. The prompt gets the rest but for a margin of a tenth, as tokens are counted
    without the model's own tokenizer.

    Args:
        model: Name of the model.
        answer_tokens: Tokens of the text that is asked for.
        options: Context and room for reasoning.
    """
    context = options.context_tokens or context_tokens_of(model)
    wanted = answer_tokens + options.reasoning_tokens
    max_tokens = max(1, min(wanted, MOST_TOKENS, context // 2))
    margin = max(64, context // 10)
    return Room(prompt_tokens=max(0, context - max_tokens - margin), max_tokens=max_tokens)
