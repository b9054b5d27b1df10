"""Data findings: what is worth saying of a section's figures, as values; code finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

FindingKind = Literal[
    "level",
    "multiple",
    "record",
    "turn",
    "reversal",
    "streak",
    "pace",
    "jump",
    "milestone",
    "absence",
    "crossing",
    "contribution",
    "substitution",
    "makeup",
    "threshold",
    "leader",
    "near equality",
    "rank",
    "rank change",
    "distance",
    "gap change",
    "spread",
    "outlier",
    "members",
    "exception",
    "neighbours",
    "nodes",
    "scenario",
    "to date",
    "zero",
]
"""What a finding tells.

``level``: a value and its change since the base period. ``multiple``: a value doubled, halved …
``record``: the highest or lowest since. ``turn``: a peak or trough between base and target.
``reversal``: the last step went against a long run. ``streak``: a run of steps in one direction.
``pace``: faster or slower than before. ``jump``: the largest step of the series. ``milestone``: a
round level reached. ``absence``: nothing since, or something for the first time. ``crossing``: one
passed another. ``contribution``: what explains a change. ``substitution``: one fell as another
rose. ``makeup``: few make up most. ``threshold``: a share above a half, a third … for the first
time. ``leader``: another category is the largest. ``near equality``: two values almost the same.
``rank``, ``rank change``: position among places. ``distance``, ``gap change``: how far from the
region, and whether that grew. ``spread``: whether places came closer. ``outlier``: far from all
other places. ``members``: which members make up most of the region. ``exception``: what nearly all
places do, and who does not. ``neighbours``, ``nodes``, ``scenario``: values beside. ``to
date``: the year so far. ``zero``: nothing all along.
"""

Direction = Literal["up", "down", ""]
"""Whether what is told is a rise or a fall, above or below; empty for neither."""


class Strength(NamedTuple):
    """Why a finding is worth saying: parts of its score, each from 0 to 1.

    Attributes:
        size: How large it is, against the series' noise and beside the others of its total.
        rarity: Of how few other places the same can be said.
        recency: How late it happened: 1 in the target period, half of that five periods before.
        request: Whether the sheet asks for it.
    """

    size: float
    rarity: float
    recency: float
    request: float


class DataFinding(BaseModel):
    """Something worth saying that code found in facts.

    Attributes:
        kind: What it tells.
        form: Which form of that: ``passed``, ``fell back``; empty where there is one only.
        direction: Which way it went.
        facts: Role → id of the fact, in the order in which they are told.
        words: Role → a period, or the name of a place or subject that no fact of it names.
        periods: Periods that it is about, in order of time.
        score: From 0 to 100, comparable over kinds.
        strength: What the score is made of.
        key: What tells it from other findings of the report, whatever the section.
        is_lead: Whether the section begins with it: its level, or the range of its members.
        told_in: Id of the section that tells it; empty where that is the section itself.
        untold: Roles of figures that enough sections tell already.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FindingKind
    form: str = ""
    direction: Direction = ""
    facts: Mapping[str, str]
    words: Mapping[str, str] = {}
    periods: tuple[str, ...] = ()
    score: float
    strength: Strength
    key: str
    is_lead: bool = False
    told_in: str = ""
    untold: tuple[str, ...] = ()


def are_told(findings: Iterable[DataFinding]) -> bool:
    """Whether a section tells some of its findings itself."""
    return any(not one.told_in for one in findings)


def stored_finding(finding: DataFinding) -> dict[str, Any]:
    """A finding as files hold it: without what is empty."""
    body: dict[str, Any] = {"kind": finding.kind}
    for name in ("form", "direction", "facts", "words", "periods"):
        if value := getattr(finding, name):
            body[name] = value
    body |= {"score": finding.score, "strength": list(finding.strength), "key": finding.key}
    for name in ("is_lead", "told_in", "untold"):
        if value := getattr(finding, name):
            body[name] = value
    return body
