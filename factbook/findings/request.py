"""Requests: what the brief of a sub-task asks for, as kinds of findings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from factbook.config.project_config import ProjectConfig
from factbook.evidence.finding import FindingKind
from factbook.findings.candidate import Candidate
from factbook.sheet.models import PromptSheet

_CHANGES: tuple[FindingKind, ...] = (
    "level", "multiple", "record", "turn", "reversal", "streak", "pace", "jump", "contribution",
    "substitution", "crossing", "absence",
)  # fmt: skip

ASPECTS: Mapping[str, tuple[str, tuple[FindingKind, ...]]] = {
    "change": (
        r"chang\w*|gr[eo]w\w*|growth|fell|fall\w*|r[io]se\w*|rising|trends?|develop\w*|reduc\w*|"
        r"decreas\w*|increas\w*|declin\w*|moved|since|over time|trajector\w*",
        _CHANGES,
    ),
    "turn": (
        r"peak\w*|trough\w*|turning points?|turned|record (?:highs?|lows?|years?)|"
        r"(?:the|its|their|a) (?:highs?|lows?)(?![- ]\w+bon)|recovered",
        ("turn", "reversal", "record", "streak", "jump"),
    ),
    "share": (
        r"shares?|percentages?|proportions?|mix|make ?-?up|composition|structure|by source|by fuel|"
        r"by sector|break ?down",
        ("makeup", "threshold", "near equality", "leader"),
    ),
    "largest": (
        r"largest|biggest|main|most of|leading|dominant|smallest|gave most|key sources",
        ("makeup", "leader", "contribution", "members"),
    ),
    "comparison": (
        r"compar\w*|beside|against|relative to|union|average|benchmark\w*|differ\w*|peers?",
        ("distance", "gap change", "members", "exception", "spread", "outlier"),
    ),
    "rank": (
        r"rank\w*|position|standing|top|bottom|place among|"
        r"stands? among|where (?:\w+ ){1,4}stands?",
        ("rank", "rank change"),
    ),
    "members": (
        r"which (?:\w+ ){0,2}(?:members?|countries|country|states?|places?|regions?|provinces?|"
        r"cantons?|count(?:y|ies)|cit(?:y|ies)|districts?|municipalit(?:y|ies))|member states?|"
        r"which of them|"
        r"where most|"
        r"by country|each country",
        ("members", "exception", "contribution"),
    ),
    "neighbours": (r"neighbou?r\w*|border\w*|adjacent", ("neighbours",)),
    "nodes": (r"node\w*|where most of it|regional|spread over", ("nodes",)),
    "scenario": (r"scenarios?|pathways?|reference case", ("scenario",)),
}
"""Aspect → how a brief asks for it, and the kinds of findings that answer."""

_PATTERNS = {
    name: re.compile(rf"\b(?:{pattern})\b", re.I) for name, (pattern, _) in ASPECTS.items()
}
_STANDING = (1.0, 1.0, 0.9, 0.5, 0.4)
"""How far a quantity is asked for by how near it is to what the sheet selects."""


@dataclass(frozen=True)
class Request:
    """What a sub-task asks for.

    Attributes:
        aspects: Names of the aspects that its brief names.
    """

    aspects: frozenset[str] = frozenset()

    def of(self, candidate: Candidate, standing: int) -> float:
        """How far a candidate is asked for, from 0 to 1."""
        near = _STANDING[min(standing, len(_STANDING) - 1)]
        asked = any(candidate.kind in ASPECTS[name][1] for name in self.aspects)
        return near * (1.0 if asked else 0.5)


@lru_cache(maxsize=4096)
def read_request(brief: str) -> Request:
    """What a brief asks for, by its words.

    Args:
        brief: Titles, description and guidelines of a sub-task.
    """
    return Request(frozenset(name for name, one in _PATTERNS.items() if one.search(brief)))


def briefs_of(sheet: PromptSheet, config: ProjectConfig) -> Mapping[str, str]:
    """Id of a sub-task → what the sheet says of it: title, description, guidelines, charts.

    Args:
        sheet: The prompt sheet.
        config: The configuration: which column of the guidelines counts.
    """
    found = {one.id: [one.title, one.description] for one in sheet.sub_tasks}
    is_advanced = config.guideline_level == "advanced"
    for guideline in sheet.guidelines:
        texts = (guideline.advanced, guideline.standard)
        if guideline.id in found:
            found[guideline.id].append(
                next(filter(None, texts if is_advanced else texts[::-1]), "")
            )
    for entry in (*sheet.charts, *sheet.searches):
        if entry.sub_task_id in found and entry.description:
            found[entry.sub_task_id].append(entry.description)
    return {own_id: "\n".join(texts) for own_id, texts in found.items()}
