"""Why a finding has its score, and why a section has none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from factbook.config.findings import Findings
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.finding import DataFinding, FindingKind, Strength
from factbook.findings.why import why, why_none
from factbook.project.project import open_project
from factbook.project.section_evidence import evidence_of
from tests.sections import make_evidence, make_fact

EXAMPLE = Path(__file__).parents[2] / "examples" / "world-energy-mix"


def make_finding(score: float, kind: FindingKind = "record", **others: object) -> DataFinding:
    """A finding about the first fact."""
    values = {"facts": {"now": "F1"}, "strength": Strength(0.5, 0.5, 1.0, 1.0), "key": "k"}
    return DataFinding.model_validate({"kind": kind, "score": score, **values, **others})


def facts_of(periods: Iterable[str], **others: object) -> tuple[Fact, ...]:
    """A fact a period."""
    return tuple(make_fact(n, period=p, **others) for n, p in enumerate(periods, start=1))


@pytest.mark.parametrize("settings", [(), ("findings.rarity=0.35", "findings.kinds.level=2.5")])
def test_score_follows_from_what_is_said_of_it(settings: tuple[str, ...]) -> None:
    """Whoever computes the sum that is printed gets the score, for each finding of an example."""
    project = open_project(EXAMPLE, settings)
    specs = {spec.id: spec for spec in project.whole.sections}
    weights = project.config.findings
    checked = 0
    for _, evidence in evidence_of(project, specs):
        for finding in evidence.findings:
            told, _, result = why(finding, weights)["score"].partition(" = ")
            of_kind = told.removesuffix(f" ({finding.kind})")
            size, others = finding.strength.size, of_kind.replace("×", "*")
            assert f"× {size:g} ×" in told
            assert eval(others) == pytest.approx(finding.score, abs=0.02)  # noqa: S307
            assert float(result) == finding.score
            checked += 1
    assert checked > 100


def test_parts_are_said_in_words() -> None:
    """How large, how rare, how long ago, and whether it was asked for."""
    strong = make_finding(90, strength=Strength(0.9, 1.0, 1.0, 1.0))
    weak = make_finding(3, strength=Strength(0.1, 0.0, 0.5, 0.2))
    words = why(strong, Findings())
    assert words["size"].startswith("very large ")
    assert words["rarity"].endswith("hardly any other place")
    assert words["recency"] == "it holds in the target period"
    assert words["request"] == "the sheet asks for it"
    words = why(weak, Findings())
    assert words["size"].startswith("small ")
    assert words["rarity"].endswith("nearly all other places")
    assert words["recency"] == "it happened 5 periods before the target period"
    assert words["request"] == "the sheet hardly asks for it"


YEARS = ("2016", "2017", "2018", "2019", "2020", "2021")


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (make_evidence(), "the data hold no figures"),
        (make_evidence(*facts_of(YEARS, place="France")), "of other places alone"),
        (make_evidence(*facts_of(YEARS[:1])), "of one period, 2016"),
        (make_evidence(*facts_of(YEARS[:3])), "of 3 periods (2016, 2017, 2018), which are too few"),
        (make_evidence(*facts_of(YEARS)), "stands out from the noise"),
        (
            make_evidence(*facts_of(YEARS), findings=(make_finding(7.5, is_lead=True),)),
            "reaches findings.least, 8",
        ),
        (
            make_evidence(*facts_of(YEARS), findings=(make_finding(70, told_in="1.2.1@AT"),)),
            "other sections tell",
        ),
    ],
)
def test_section_with_nothing_to_tell_says_why(evidence: Evidence, reason: str) -> None:
    """From the figures, the periods and the scores."""
    assert reason in why_none(evidence, Findings())


def test_section_with_something_to_tell_has_no_such_reason() -> None:
    """One finding that is strong enough and its own is something."""
    findings = (make_finding(70, told_in="1.2.1@AT"), make_finding(8.0))
    assert why_none(make_evidence(*facts_of(YEARS), findings=findings), Findings()) == ""
