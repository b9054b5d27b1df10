"""A result agrees with the figures that stand beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from factbook.evidence.derivation import Derivation, Operand
from factbook.evidence.facts import Fact
from factbook.evidence.references import render
from factbook.evidence.short_form import evidence_of
from tests.evidence.agreeing import contradictions, of_run
from tests.sections import make_evidence, make_fact


def facts(before: float, after: float) -> dict[str, Fact]:
    """Two values and their relative change."""
    pair = [make_fact(1, period="2015", value=before), make_fact(2, period="2021", value=after)]
    operands = tuple(
        Operand(f.place, f.subject, f.metric, f.period, f.unit, f.value) for f in reversed(pair)
    )
    change = make_fact(
        3,
        metric="Generation relative change",
        kind="relative change",
        period="2015–2021",
        value=(after - before) / before * 100,
        unit="%",
        derivation=Derivation("relative change", operands),
    )
    return {f.id: f for f in (*pair, change)}


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (10.0, 11.5, "from 10 TWh to 11.5 TWh, 15%"),  # agrees as it is
        (164.24, 177.16, "from 164 TWh to 177 TWh, 7.9%"),  # with a digit less of the result
        (14.26, 14.48, "from 14.26 TWh to 14.48 TWh, 1.54%"),  # with a digit more of the values
        (640.6, 581.4, "from 640.6 TWh to 581.4 TWh, −9.24%"),
    ],
)
def test_result_follows_from_the_values_shown(before: float, after: float, text: str) -> None:
    """The fewest digits that agree are shown, the result's before the values'."""
    shown = render("from {F1} to {F2}, {F3}", facts(before, after))
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == text


def test_figures_of_other_sentences_do_not_count() -> None:
    """Each sentence by itself, so that a sentence is always shown alike."""
    text = "It was {F1}, then {F2}. That is {F3}."
    shown = render(text, facts(14.26, 14.48)).replace("\N{NO-BREAK SPACE}", " ")
    assert shown == "It was 14.3 TWh, then 14.5 TWh. That is 1.54%."


def test_change_that_follows_from_other_figures_stays() -> None:
    """Like for like a change may be far from the values: no digits help, and none are added."""
    given = facts(14.26, 14.48)
    given["F3"].value = 9.87
    shown = render("{F1} to {F2}, {F3}", given).replace("\N{NO-BREAK SPACE}", " ")
    assert shown == "14.3 TWh to 14.5 TWh, 9.87%"


def test_contradictions_are_found() -> None:
    """The measure itself: a change that does not follow is told."""
    given = facts(14.26, 14.48)
    given["F3"].value = 9.87
    evidence = make_evidence(*given.values())
    [(_, is_wrong)] = contradictions("From {F1} to {F2}, {F3}.", evidence)
    assert is_wrong


def test_example_report_contradicts_no_figure(finished_project: Path) -> None:
    """Of sentences with two values and their change, none is against a calculator.

    Nor is one that tells the levels of the report so, as a model may.
    """
    [folder] = (finished_project / "out").iterdir()
    found = [*of_run(folder), *_of_levels(folder)]
    assert len(found) > 20
    assert [sentence for sentence, is_wrong in found if is_wrong] == []


def _of_levels(folder: Path) -> Iterator[tuple[str, bool]]:
    """Sentences that give both values of a level and its change in per cent."""
    for path in sorted((folder / "evidence").glob("*.json")):
        evidence = evidence_of(orjson.loads(path.read_bytes()))
        for finding in evidence.findings:
            ids = [finding.facts.get(role, "") for role in ("then", "now", "change")]
            if finding.kind == "level" and all(ids):
                text = "From {{{}}} to {{{}}}, {{{}}}.".format(*ids)
                yield from contradictions(text, evidence)
