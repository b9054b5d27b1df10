"""The explanation of a figure: what it is, where it stands, how and from what it was derived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from factbook.config.project_config import ProjectConfig
from factbook.diff.run_content import RunContent, RunSection, read_run
from factbook.errors import ConfigError, Finding, StoppedError
from factbook.evidence.derivation import Operand
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.wording import sentence
from factbook.explain.figure_name import FigureName, number_in, plain
from factbook.explain.occurrences import Occurrence, in_messages, occurrences, plain_digits
from factbook.explain.sources import Inputs, Source
from factbook.folder.manifest import Manifest
from factbook.folder.manifest_parts import KeyMessage
from factbook.project.of_run import project_of_run

_AGAIN = "Run the report again"
_NO_DERIVATION = (ValueError, TypeError, AttributeError, IndexError, KeyError)
"""What a derivation raises that has not the operands of its operation."""

MOST_NEAR = 5
"""Figures of the report that are named beside one that is in no text."""


@dataclass(frozen=True)
class KnownOperand:
    """Something that a figure was derived from.

    Attributes:
        operand: What it is.
        value: Its number, unrounded; None where the section's evidence does not hold it.
        fact_id: The fact of the same section that it is; empty where there is none.
        derivation: How that came about, in words; empty for a number of the data.
    """

    operand: Operand
    value: float | None
    fact_id: str = ""
    derivation: str = ""


@dataclass(frozen=True)
class Explanation:
    """A figure explained.

    Attributes:
        section: The section whose fact it is.
        fact: The fact.
        occurrences: Where it stands; none for a fact that nothing tells.
        derivation: How it was derived, in words; empty where that is not known.
        operands: What it was derived from; none for a number of the data.
        flags: Its flags → what they mean; empty for one that nobody explains.
        origin: Where the figures of its table come from.
        sources: Its rows.
    """

    section: RunSection
    fact: Fact
    occurrences: tuple[Occurrence, ...]
    derivation: str
    operands: tuple[KnownOperand, ...]
    flags: Mapping[str, str]
    origin: str
    sources: tuple[Source, ...]


class ExplainedRun:
    """A run whose figures are to be explained. Nothing is written.

    Args:
        folder: The run folder.
        project: The project folder; None to look for it.

    Raises:
        ConfigError: It is no run folder that can be read.
    """

    def __init__(self, folder: Path, project: Path | None = None) -> None:
        self.content: RunContent = read_run(folder)
        self._project = project or project_of_run(folder)

    @property
    def where(self) -> str:
        """The run folder, for messages."""
        return self.content.info.folder

    @cached_property
    def _manifest(self) -> Manifest | None:
        return Manifest.read_if_sound(self.content.folder.path)

    @cached_property
    def _inputs(self) -> Inputs:
        config: ProjectConfig | None = None
        with suppress(ValidationError):  # of an earlier version: columns go by their usual names
            if self._manifest is not None:
                config = ProjectConfig.model_validate(self._manifest.config)
        by_file = {one.file: one for one in self.content.inputs}
        return Inputs(self._project, by_file, config)

    def find(self, name: FigureName) -> list[Occurrence]:
        """All figures of the report that are what was named, in its order.

        Raises:
            ConfigError: There is none, or a record is damaged.
        """
        found = [one for section in self._sections(name) for one in self._of(section, name)]
        if not found and not name.fact_id:
            raise ConfigError([self._not_there(name)])
        return found

    def explanation(self, section_id: str, fact_id: str, told: list[Occurrence]) -> Explanation:
        """A fact of a section explained.

        Args:
            section_id: The section.
            fact_id: The fact.
            told: Where it stands.

        Raises:
            ConfigError: The evidence cannot be read, or has no such fact.
        """
        evidence = self._evidence(section_id)
        fact = evidence.by_id.get(fact_id)
        if fact is None:
            raise ConfigError([self._no_fact(section_id, fact_id, evidence)])
        try:
            derivation = sentence(fact.derivation)
            operands = tuple(_known_operands(fact, evidence))
        except _NO_DERIVATION as error:
            message = f"the evidence of {section_id} is damaged: {fact_id} has no derivation that "
            said = self._finding("explain.evidence", f"{message}can be read: {error}", _AGAIN)
            raise ConfigError([said]) from None
        periods = {fact.period, *(one.operand.period for one in operands)}
        return Explanation(
            section=self.content.sections[section_id],
            fact=fact,
            occurrences=tuple(told),
            derivation=derivation,
            operands=operands,
            flags={code: evidence.flags.get(code, "") for code in fact.status.split()},
            origin=evidence.origins.get(fact.table, ""),
            sources=self._inputs.sources(fact.sources, fact.table, periods),
        )

    def _sections(self, name: FigureName) -> list[RunSection]:
        sections = self.content.sections
        return [sections[name.section_id]] if name.section_id else list(sections.values())

    def _of(self, section: RunSection, name: FigureName) -> Iterator[Occurrence]:
        """The figures of a section, those of its key messages last."""
        if section.record is None:
            return
        record = section.record
        messages = self._messages.get(section.section_id, ())
        try:
            yield from occurrences(record, section.place, name)
            facts = {**self._evidence(section.section_id).by_id, **record.by_id} if messages else {}
            yield from in_messages(messages, facts, name)
        except KeyError as error:
            raise ConfigError([self._damaged(section.section_id, error)]) from None

    @cached_property
    def _messages(self) -> Mapping[str, list[KeyMessage]]:
        """Section → its key messages, each once."""
        found: dict[str, list[KeyMessage]] = {}
        listed = self._manifest.key_messages.values() if self._manifest else ()
        for one in dict.fromkeys(message for messages in listed for message in messages):
            found.setdefault(one.section, []).append(one)
        return found

    def _evidence(self, section_id: str) -> Evidence:
        """The evidence that a section was written from.

        Raises:
            ConfigError: It is missing, damaged, or that of another run.
        """
        evidence = self.content.evidence(section_id)
        if evidence is not None:
            return evidence
        why = "it is of another run than the text"
        try:
            self.content.folder.read_evidence(section_id)
        except StoppedError as error:
            why = str(error).removesuffix(f". {_AGAIN}")
        message = f"the evidence of {section_id} cannot be used: {why}"
        raise ConfigError([self._finding("explain.evidence", message, _AGAIN)])

    def _no_fact(self, section_id: str, fact_id: str, evidence: Evidence) -> Finding:
        message = f"{fact_id} is no fact of {section_id}, which has {len(evidence.facts):,}"
        finding = self._finding(
            "explain.no-fact", message, f"Give {section_id} alone to see the figures of its text"
        )
        first = ", ".join(fact.id for fact in evidence.facts[:MOST_NEAR])
        return finding.model_copy(update={"allowed": f"{first} …" if first else ""})

    def _not_there(self, name: FigureName) -> Finding:
        """What is said of a figure that is in no text."""
        where = f" of {name.section_id}" if name.section_id else ""
        if not name.shown:
            section = self.content.sections[name.section_id]
            reason = section.record.reason if section.record else "it was not written"
            message = f"no figure stands in {name.section_id}{f': {reason}' if reason else ''}"
            return self._finding("explain.no-figure", message, "Name another section")
        digits = list(self._plain_digits(name))
        if digits:
            named = ", ".join(dict.fromkeys(one.section_id for one in digits[:MOST_NEAR]))
            message = (
                f"'{name.said}' stands in the text of {named} as plain digits, such as those of a "
                "year or what a person has typed: no fact is behind it"
            )
            remedy = "Give a section's id alone to see the figures that have a fact"
            return self._finding("explain.plain-digits", message, remedy)
        near = self._nearest(name)
        finding = self._finding(
            "explain.no-figure",
            f"'{name.said}' stands in no text, headline or table{where}",
            "Give the figure as it stands in the report, with its point and its digits",
        )
        return finding.model_copy(update={"allowed": ", ".join(near)})

    def _plain_digits(self, name: FigureName) -> Iterator[Occurrence]:
        for section in self._sections(name):
            if section.record is not None:
                try:
                    yield from plain_digits(section.record, name)
                except KeyError as error:
                    raise ConfigError([self._damaged(section.section_id, error)]) from None

    def _nearest(self, name: FigureName) -> list[str]:
        """The figures of the texts that are nearest to one that is in none."""
        distances: dict[str, float] = {}
        wanted = abs(float(name.number or 0))
        every = FigureName(section_id=name.section_id)
        for section in self._sections(name):
            if section.record is None:
                continue
            for one in occurrences(section.record, section.place, every, with_tables=False):
                number = number_in(plain(one.shown))
                if number is not None:
                    shown = f"{one.shown} in {section.section_id}"
                    is_other = name.unit not in plain(one.shown)
                    distance = abs(abs(float(number)) - wanted) * (10 if is_other else 1)
                    distances[shown] = min(distance, distances.get(shown, distance))
        return sorted(distances, key=lambda shown: distances[shown])[:MOST_NEAR]

    def _damaged(self, section_id: str, error: KeyError) -> Finding:
        message = f"the text of {section_id} refers to {error.args[0]}, which its record lacks"
        return self._finding("run.damaged", message, _AGAIN)

    def _finding(self, code: str, message: str, remedy: str) -> Finding:
        return Finding(severity="error", code=code, message=message, file=self.where, remedy=remedy)


def _known_operands(fact: Fact, evidence: Evidence) -> Iterator[KnownOperand]:
    """What a fact was derived from, with the values that the evidence has of it."""
    known = {_key(one): one for one in reversed(evidence.facts)}
    for operand in fact.derivation.operands:
        other = known.get(operand._replace(value=None))
        value = operand.value
        if value is None and other is not None and operand not in fact.derivation.missing:
            value = other.value
        is_same = other is not None and other is not fact and other.value == value
        yield KnownOperand(
            operand=operand,
            value=value,
            fact_id=other.id if other is not None and is_same else "",
            derivation=sentence(other.derivation) if other is not None and is_same else "",
        )


def _key(fact: Fact) -> Operand:
    """A fact as an operand of others names it."""
    return Operand(
        *(fact.place, fact.subject, fact.metric, fact.period, fact.unit), scenario=fact.scenario
    )
