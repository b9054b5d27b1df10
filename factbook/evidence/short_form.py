"""Evidence as its file holds it: in short, each list of rows and of summands once."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

import orjson

from factbook.data.series import SourceRows
from factbook.evidence.derivation import VALUE, Derivation
from factbook.evidence.facts import Evidence, Fact, stored_fact
from factbook.evidence.finding import stored_finding
from factbook.evidence.gaps import stored_gap
from factbook.evidence.stored import PLAIN
from factbook.evidence.traits import plain
from factbook.evidence.wording import sentence

Body = Mapping[str, Any]
"""JSON values of an evidence file."""


def evidence_body(evidence: Evidence, evidence_id: str) -> dict[str, Any]:
    """What the file of a section's evidence holds.

    Args:
        evidence: The evidence.
        evidence_id: SHA-256 of what it says.
    """
    tables = _Tables()
    facts = [tables.short(fact) for fact in evidence.facts]
    return {
        "section": evidence.section_id,
        "id": evidence_id,
        "place": evidence.place,
        "extent": evidence.extent,
        "facts": facts,
        "rows": tables.rows,
        "derivations": [orjson.Fragment(one) for one in tables.derivations],
        "gaps": evidence.gap_sentences,
        "missing": [stored_gap(gap) for gap in evidence.gaps],
        "origins": dict(evidence.origins),
        "measures": plain(evidence.measures),
        **({"flags": dict(evidence.flags)} if evidence.flags else {}),
        **({"findings": list(map(stored_finding, evidence.findings))} if evidence.findings else {}),
    }


def evidence_of(body: Body) -> Evidence:
    """The evidence that a file holds; files of earlier versions hold each fact in full.

    Args:
        body: JSON values of the file.

    Raises:
        ValueError: It is none.
        KeyError: Something is missing.
        TypeError: It is of another shape.
    """
    names = ("place", "facts", "gaps", "origins", "measures", "extent", "flags", "findings")
    values = {name: body[name] for name in names if name in body}
    if "missing" in body:
        values["gaps"] = body["missing"]
    values["facts"] = [_in_full(fact, body) for fact in values["facts"]]
    return Evidence(section_id=body["section"], **values)


def sources_of(body: Body, fact_ids: Container[str]) -> dict[str, tuple[SourceRows, ...]]:
    """The rows that some facts of a file come from.

    Args:
        body: JSON values of the file.
        fact_ids: The facts.
    """
    return {
        fact["id"]: tuple(
            SourceRows(source["file"], tuple(source["rows"])) for source in _rows(fact, body)
        )
        for fact in body["facts"]
        if fact["id"] in fact_ids
    }


class _Tables:
    """Lists that many facts of a section share.

    Attributes:
        rows: The rows of a file that an operand comes from, in the order of the first facts.
        derivations: Each derivation without operands, as JSON: many facts have the same.
    """

    def __init__(self) -> None:
        self.rows: list[SourceRows] = []
        self.derivations: dict[bytes, int] = {}
        self._of_value: dict[str, Any] = {}
        self._numbers: dict[int, int] = {}  # id of a source, which its fact keeps alive

    def short(self, fact: Fact) -> dict[str, Any]:
        """A fact with numbers in place of its lists."""
        derivation = fact.derivation
        memo = self._of_value if derivation is VALUE else derivation.memo
        if "sentence" not in memo:
            memo["sentence"] = sentence(derivation)
            stored = stored_fact(fact).get("derived", {})
            memo["stored"] = stored if "operands" in stored else orjson.dumps(stored)
        body = {
            "id": fact.id,
            "place": fact.place,
            "subject": fact.subject,
            "metric": fact.metric,
            "period": fact.period,
            "value": fact.value,
            "unit": fact.unit,
            "kind": fact.kind,
            "role": fact.role,
            "table": fact.table,
            "derivation": memo["sentence"],
        }
        if fact.among is not None:
            body["among"] = fact.among
        if fact.scenario:
            body["scenario"] = fact.scenario
        if fact.status:
            body["status"] = fact.status
        if fact.is_aside:
            body["is_aside"] = True
        if derivation is not VALUE:
            body["derived"] = self._derived(derivation)
        if fact.sources:
            body["sources"] = [self._number(source) for source in fact.sources]
        return body

    def _derived(self, derivation: Derivation) -> object:
        stored = derivation.memo["stored"]
        if isinstance(stored, bytes):
            return self.derivations.setdefault(stored, len(self.derivations))
        return stored

    def _number(self, source: SourceRows) -> int:
        number = self._numbers.get(id(source))
        if number is None:
            number = self._numbers[id(source)] = len(self.rows)
            self.rows.append(source)
        return number


def _in_full(fact: Body, body: Body) -> dict[str, Any]:
    """A fact with its lists."""
    values = dict(fact)
    values["sources"] = _rows(fact, body)
    if "rows" in body:
        derived = values.get("derived", PLAIN)
        values["derived"] = body["derivations"][derived] if isinstance(derived, int) else derived
    return values


def _rows(fact: Body, body: Body) -> list[Any]:
    sources = fact.get("sources", ())
    return [body["rows"][one] if isinstance(one, int) else one for one in sources]
