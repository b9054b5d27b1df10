"""Names: how the facts of a section are named in its sentences, subject and metric alike."""

from __future__ import annotations

import re
from functools import cached_property

from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.traits import Traits
from factbook.writing.offline import vocabulary, words
from factbook.writing.offline.words import MetricName


class Names:
    """Names the subjects and metrics of a section.

    Args:
        evidence: The section's evidence.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._metrics: dict[tuple[str, str, str], MetricName] = {}

    @cached_property
    def _values(self) -> dict[tuple[str, str, str], list[Fact]]:
        """Table, metric and scenario → the values of it."""
        found: dict[tuple[str, str, str], list[Fact]] = {}
        for fact in self._evidence.facts:
            if fact.is_value:
                found.setdefault((fact.table, fact.plain_metric, fact.scenario), []).append(fact)
        return found

    @cached_property
    def _subjects(self) -> dict[tuple[str, str, str], dict[str, tuple[str, ...]]]:
        """Table, metric and scenario → each subject with what it adds up."""
        return {
            key: {fact.subject: fact.derivation.summands for fact in reversed(facts)}
            for key, facts in self._values.items()
        }

    def _key(self, fact: Fact) -> tuple[str, str, str]:
        return fact.table, fact.plain_metric, fact.scenario

    def unit(self, fact: Fact) -> str:
        """Unit of the values that a fact is about."""
        values = self._values.get(self._key(fact))
        if values:
            return values[0].unit
        operands = fact.derivation.operands
        return operands[0].unit if operands else fact.unit

    def traits(self, fact: Fact) -> Traits:
        """What may be said of the figures that a fact is about."""
        return self._evidence.traits(fact.plain_metric, self.unit(fact))

    def metric(self, fact: Fact) -> MetricName:
        """How a fact's metric is named; with its origin where another table has it as well."""
        key = self._key(fact)
        found = self._metrics.get(key)
        if found is None:
            found = words.metric_name(key[1], self.unit(fact), scenario=fact.scenario)
            tables = {
                table
                for table, metric, scenario in self._values
                if scenario == key[2] and words.lowered(metric) == words.lowered(key[1])
            }
            if len(tables) > 1:
                origin = words.clean(self._evidence.origins.get(key[0], "") or key[0])
                detail = ", ".join(filter(None, (found.detail, origin)))
                found = MetricName(found.core, detail, found.scenario)
            self._metrics[key] = found
        return found

    def subject(self, fact: Fact) -> str:
        """How a fact's subject is named; empty where the metric alone says all."""
        subjects = self._subjects.get(self._key(fact), {})
        summands = subjects.get(fact.subject, fact.derivation.summands)
        if fact.subject in (words.TOTAL, "-", ""):
            adds = self.traits(fact).adds and (len(subjects) > 1 or len(summands) > 1)
            return words.TOTAL if adds else ""
        if len(subjects) == 1 and words.is_in_metric(fact.subject, self.metric(fact)):
            return ""
        return words.subject_phrase(fact.subject, summands)

    def noun(self, fact: Fact, *, short: bool = False) -> str:
        """Metric and subject in one noun phrase, without an article."""
        return words.noun_phrase(self.metric(fact), self.subject(fact), short=short)

    def alone(self, fact: Fact) -> str:
        """The subject alone, once the metric has been named; a total keeps it.

        So do levels and rates, which a subject does not have but is in: it is the price for peak
        load that rises, not peak load. Of emissions the noun is kept: energy emits, it does not
        fall.
        """
        name = self.subject(fact)
        if name in ("", words.TOTAL) or not self.traits(fact).is_amount:
            return words.definite(self.noun(fact, short=True))
        if self._is_emitted(fact):
            return words.noun_phrase(MetricName(self.metric(fact).core.split()[-1]), name)
        return name

    def head(self, fact: Fact) -> str:
        """The same for a headline, without an article; a total is called by its metric."""
        if self.subject(fact) in ("", words.TOTAL):
            return self.metric(fact).core
        return re.sub("^the ", "", self.alone(fact)).removesuffix(" together")

    def is_plural(self, fact: Fact, *, with_metric: bool) -> bool:
        """Whether a subject's name, or its noun phrase, is a plural."""
        name = self.subject(fact)
        is_metric = with_metric or name in ("", words.TOTAL)
        if not is_metric and self.traits(fact).is_amount and self._is_emitted(fact):
            return words.is_plural(self.metric(fact).core.split()[-1])
        if is_metric or not self.traits(fact).is_amount:
            name = self.metric(fact).core.split(" of ")[0].split(" per ")[0]
        return words.is_plural(name)

    def _is_emitted(self, fact: Fact) -> bool:
        """Whether it is something that a subject gives off."""
        return self.metric(fact).core.split()[-1] in vocabulary.EMITTED


def region_name(evidence: Evidence) -> str:
    """Name of the region that facts of the evidence are set against; empty for none."""
    for fact in evidence.facts:
        if fact.role == "region" and fact.place != evidence.place:
            return fact.place
    for fact in evidence.facts:
        how = fact.derivation
        if how.operation == "share of region":
            return how.operands[1].place
        if how.among is not None and how.among.region:
            return how.among.region
    return ""
