"""The model writer: sections by a chat model, pass by pass."""

from __future__ import annotations

from collections.abc import Mapping

from factbook.errors import RunError
from factbook.evidence.finding import are_told
from factbook.llm.chat import Calls
from factbook.writing.job import Draft, SectionJob
from factbook.writing.model.asking import WithoutSchema
from factbook.writing.model.materials import tellable
from factbook.writing.model.options import PassOptions, Roles
from factbook.writing.model.passes import Passes
from factbook.writing.model.prompts import prompt_version, status_version
from factbook.writing.model.stories import most_needed
from factbook.writing.offline.writer import LEAST_OF_HEADLINE
from factbook.writing.offline.writer import WRITING_VERSION as OFFLINE_VERSION

WRITING_VERSION = "3"
"""Raised whenever texts change for another reason than the prompts: passes, clean-up, cutting.

A section's key holds that of the offline writer too, whose sentences stand in prompts and whose
messages and headlines stand in for the model's.
"""


class ModelWriter:
    """Writes sections by a chat model. Safe to call from many threads at once.

    Args:
        calls: Makes the model calls.
        roles: Which model does what.
        options: Which passes there are, and the bounds of their prompts.
        provider: Name of the provider, as it enters the content key.
    """

    def __init__(self, calls: Calls, roles: Roles, options: PassOptions, *, provider: str) -> None:
        self._calls = calls
        self._roles = roles
        self._options = options
        self._provider = provider
        self._without_schema = WithoutSchema()

    def identity(self, job: SectionJob) -> Mapping[str, str]:
        """What determines a text: provider, models of its passes, prompts, passes, bounds.

        What has no effect on this section is not in it: another model for searches changes no
        section without a search.

        Args:
            job: The section.
        """
        options = self._options
        passes = {
            "search": options.is_searching(job),
            "draft": True,
            "polish": options.is_polishing(job),
            "sense_check": options.add_feedback,
            "summary": options.add_summary,
        }
        identity = {
            "provider": self._provider,
            "writer_model": self._roles.writer,
            "version": f"{WRITING_VERSION}.{OFFLINE_VERSION}",
            "prompts": prompt_version(),
            "passes": ", ".join(name for name, is_made in passes.items() if is_made),
            "max_repairs": str(options.max_repairs),
        }
        if most_facts(job) > options.max_facts:
            identity["max_facts"] = str(options.max_facts)
        if are_told(job.evidence.findings) and options.least_of_headline != LEAST_OF_HEADLINE:
            identity["headline"] = f"{options.least_of_headline:g}"
        if passes["search"]:
            identity["search_model"] = self._roles.search
        if any(fact.status for fact in job.evidence.facts):
            identity["status_prompt"] = status_version()
        if options.add_feedback:
            identity["sota_model"] = self._roles.sota
        if options.add_summary:
            identity["base_model"] = self._roles.base
        if options.context_tokens is not None:
            identity["context_tokens"] = str(options.context_tokens)
        if options.temperature is not None:
            identity["temperature"] = str(options.temperature)
        if options.reasoning_effort is not None:
            identity["reasoning_effort"] = options.reasoning_effort
        return identity

    def write(self, job: SectionJob) -> Draft:
        """A section with all its passes.

        Args:
            job: The section.

        Raises:
            ModelUnavailableError: There is no text; the section degrades to the offline text.
            RefusedError: A content filter refused.
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        passes = Passes(self._calls, self._roles, self._options, job, self._without_schema)
        try:
            return passes.run()
        except RunError as error:
            error.calls = passes.count
            raise

    def with_remarks(self, job: SectionJob, text: Draft) -> Draft:
        """A person's text with its summary and the verdict of the sense check, where configured.

        Args:
            job: The section.
            text: The person's text.

        Raises:
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        passes = Passes(self._calls, self._roles, self._options, job, self._without_schema)
        try:
            return passes.remarks(text)
        except RunError as error:
            error.calls = passes.count
            raise


def most_facts(job: SectionJob) -> int:
    """How many facts a section's prompt has at most, where nothing bounds them."""
    if are_told(job.evidence.findings):
        return most_needed(job.evidence)
    return len(tellable(job.evidence.facts))
