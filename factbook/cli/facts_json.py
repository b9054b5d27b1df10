"""Facts and findings of sections as ``factbook facts --json`` prints them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from factbook.config.findings import Findings
from factbook.config.project_config import ProjectConfig
from factbook.evidence.facts import Evidence, Fact, stored_fact
from factbook.evidence.finding import DataFinding, stored_finding
from factbook.evidence.references import format_fact, render
from factbook.evidence.wording import sentence
from factbook.findings.why import why, why_none
from factbook.sheet.outline import SectionSpec
from factbook.writing.keys import evidence_id
from factbook.writing.offline.flow import Flow
from factbook.writing.offline.telling import Teller


def section_body(spec: SectionSpec, evidence: Evidence, config: ProjectConfig) -> dict[str, Any]:
    """All that is known of a section before anything is written.

    Args:
        spec: The section.
        evidence: Its evidence.
        config: The configuration: what makes a finding worth saying, the kind of places.
    """
    weights, said = config.findings, in_words(spec, evidence, config)
    return {
        "section": spec.id,
        "kind": spec.kind,
        "chapter": spec.objective.id,
        "title": spec.title,
        "place": spec.place.name,
        "evidence": evidence_id(evidence),
        "extent": evidence.extent,
        "nothing_to_tell": why_none(evidence, weights),
        "findings": [
            {**finding_body(one, weights), "said": words}
            for one, words in zip(evidence.findings, said, strict=True)
        ],
        "facts": [fact_body(fact) for fact in evidence.facts],
        "gaps": list(evidence.gap_sentences),
        "flags": dict(evidence.flags),
    }


def in_words(spec: SectionSpec, evidence: Evidence, config: ProjectConfig) -> list[str]:
    """Each finding as the offline writer tells it first; empty where it has no words for it.

    Args:
        spec: The section.
        evidence: Its evidence.
        config: The configuration.
    """
    teller = Teller(spec.id, spec.place, config.places.kind, evidence)
    told = [teller.sentence(finding, Flow()) for finding in evidence.findings]
    return [render(one.text, evidence.by_id) if one else "" for one in told]


def finding_body(finding: DataFinding, weights: Findings) -> dict[str, Any]:
    """A finding as the evidence file holds it, the parts of its strength by name, and why."""
    return {
        **stored_finding(finding),
        "strength": finding.strength._asdict(),
        "why": dict(why(finding, weights)),
    }


def fact_body(fact: Fact) -> dict[str, Any]:
    """A fact in full, with how it was derived in words, and as it stands in a text."""
    return {
        **stored_fact(fact),
        "shown": format_fact(fact),
        "derivation": sentence(fact.derivation),
        "sources": [asdict(source) for source in fact.sources],
    }
