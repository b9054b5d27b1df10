"""Facts and findings of sections as ``factbook facts --json`` prints them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from factbook.config.findings import Findings
from factbook.evidence.facts import Evidence, Fact, stored_fact
from factbook.evidence.finding import DataFinding, stored_finding
from factbook.evidence.references import format_fact
from factbook.evidence.wording import sentence
from factbook.findings.why import why, why_none
from factbook.sheet.outline import SectionSpec
from factbook.writing.keys import evidence_id


def section_body(spec: SectionSpec, evidence: Evidence, weights: Findings) -> dict[str, Any]:
    """All that is known of a section before anything is written.

    Args:
        spec: The section.
        evidence: Its evidence.
        weights: ``[findings]``.
    """
    return {
        "section": spec.id,
        "kind": spec.kind,
        "chapter": spec.objective.id,
        "title": spec.title,
        "place": spec.place.name,
        "evidence": evidence_id(evidence),
        "extent": evidence.extent,
        "nothing_to_tell": why_none(evidence, weights),
        "findings": [finding_body(one, weights) for one in evidence.findings],
        "facts": [fact_body(fact) for fact in evidence.facts],
        "gaps": list(evidence.gap_sentences),
        "flags": dict(evidence.flags),
    }


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
