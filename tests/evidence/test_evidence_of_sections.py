"""Evidence as sections share it: combined tables, leading facts, figures under a text."""

from __future__ import annotations

from factbook.evidence.build import FACTS_OF_A_SECTION
from factbook.evidence.facts import Evidence, to_csv_rows
from factbook.evidence.figures import MOST_ROWS, main_figures, row_of
from tests.evidence.conftest import Ask, Asked, chart, one

GENERATION = "Electricity generation"


def combined(asked: Asked, *codes: str) -> Evidence:
    """Evidence of a conclusion over the sections of some places."""
    parts = [asked.of(code) for code in codes]
    return asked.builder.combine("conclusion@AT", asked.place("AT"), parts)


def test_combined_evidence_takes_turns_and_counts_anew(ask: Ask) -> None:
    """Every section is heard from, most relevant facts first; ids begin at F1 again."""
    asked = ask(chart(GENERATION))
    evidence = combined(asked, "AT", "IT")
    assert [f.id for f in evidence.facts] == [f"F{n}" for n in range(1, len(evidence.facts) + 1)]
    assert [f.place for f in evidence.facts[:4]] == ["Austria", "Italy", "Austria", "Italy"]
    assert len(evidence.facts) == 2 * FACTS_OF_A_SECTION
    assert evidence.place == "Austria"
    assert evidence.origins == asked.of("AT").origins


def test_combined_evidence_says_nothing_twice(ask: Ask) -> None:
    """Two sections on the same figures are one table."""
    asked = ask(chart(GENERATION))
    assert combined(asked, "AT", "AT").facts == asked.of("AT").facts[:FACTS_OF_A_SECTION]


def test_combined_evidence_is_capped(ask: Ask) -> None:
    """As many facts as a prompt may have."""
    asked = ask(chart(GENERATION), limits={"max_facts": 5})
    assert len(combined(asked, "AT", "IT").facts) == 5
    assert len(asked.of("AT").facts) > 5


def test_combined_evidence_of_nothing_is_empty(ask: Ask) -> None:
    """A place whose sections have no data has no facts in its conclusion."""
    assert combined(ask(chart(GENERATION))).facts == ()


def test_leading_facts_keep_their_ids(ask: Ask) -> None:
    """The first facts of a table are the same facts."""
    evidence = ask(chart(GENERATION)).of("AT")
    assert evidence.leading(3).facts == evidence.facts[:3]
    assert evidence.leading(3).by_id == {f.id: f for f in evidence.facts[:3]}


def test_rows_of_a_prompt_hold_values_in_full(ask: Ask) -> None:
    """Ids, names, period, the number without rounding, and the unit."""
    evidence = ask(chart(GENERATION)).of("AT")
    for fact, row in zip(evidence.facts, to_csv_rows(evidence.facts), strict=True):
        assert row[:5] == (fact.id, fact.place, fact.subject, fact.metric, fact.period)
        assert float(row[5]) == fact.value
        assert row[6] == fact.unit


def test_figures_are_of_the_place_in_base_and_target(ask: Ask) -> None:
    """No other place, no rank, no year between; a few subjects at most."""
    evidence = ask(chart(GENERATION)).of("AT")
    figures = main_figures(evidence.facts)
    assert {f.place for f in figures} == {"Austria"}
    assert {f.period for f in figures if f.is_value} == {"2017", "2021"}
    assert {f.kind for f in figures} == {
        "value",
        "total",
        "change",
        "relative change",
        "share of category",
    }
    subjects = list(dict.fromkeys(row_of(f) for f in figures))
    assert len(subjects) == MOST_ROWS
    assert subjects[0] == ("ETM", GENERATION, "Total")


def test_figures_of_nothing_are_none(ask: Ask) -> None:
    """A section without facts of its own place has no table."""
    evidence = ask(chart(GENERATION)).of("AT")
    assert main_figures(()) == ()
    assert main_figures([f for f in evidence.facts if f.role != "place"]) == ()


def test_row_of_derived_facts_is_that_of_their_value(ask: Ask) -> None:
    """A change stands in the row of what changed."""
    evidence = ask(chart(GENERATION)).of("AT")
    change = one(evidence, kind="change", subject="Wind", role="place")
    share = one(evidence, kind="share of category", subject="Wind", period="2021")
    assert row_of(change) == row_of(share) == ("ETM", GENERATION, "Wind")
