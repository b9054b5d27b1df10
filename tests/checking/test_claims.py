"""Claims that a text makes by reference."""

from __future__ import annotations

import pytest

from factbook.checking.claims import reference_claims
from factbook.data.series import SourceRows
from tests.sections import make_fact

FACTS = {
    "F1": make_fact(1),
    "F2": make_fact(2, value=10.84, subject="Gas", sources=(SourceRows("etm.csv", (7,)),)),
}


def test_every_reference_is_a_claim_in_order() -> None:
    """Repetitions are claims too; each has its sentence as readers see it."""
    text = "Wind gave {F1}. Gas gave {F2}, more than {F1}!\n\nNothing else."
    claims = list(reference_claims("1.1.1@AT", text, FACTS))
    assert [c.fact_id for c in claims] == ["F1", "F2", "F1"]
    assert [c.claim for c in claims] == [
        "Wind gave 6.48\N{NO-BREAK SPACE}TWh.",
        *["Gas gave 10.8\N{NO-BREAK SPACE}TWh, more than 6.48\N{NO-BREAK SPACE}TWh!"] * 2,
    ]


def test_claim_carries_its_fact() -> None:
    """True to its fact by construction, and saying where that stands."""
    [claim] = reference_claims("1.1.1@AT", "It was {F2}.", FACTS)
    assert (claim.section_id, claim.verdict) == ("1.1.1@AT", "supported")
    assert (claim.value, claim.fact_value, claim.unit) == (10.84, 10.84, "TWh")
    assert claim.source == "etm.csv: 7"


def test_source_names_files_and_counts_further_rows() -> None:
    """A sum of many rows is a line as well."""
    sources = (SourceRows("a.csv", tuple(range(2, 17))), SourceRows("b.csv", (3, 4)))
    [claim] = reference_claims("x", "{F1}", {"F1": make_fact(sources=sources)})
    assert claim.source == ("a.csv: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 3 more; b.csv: 3, 4")


def test_text_without_references_makes_no_claim() -> None:
    """Nor does an empty one."""
    assert not list(reference_claims("x", "Nothing.", FACTS))
    assert not list(reference_claims("x", "", FACTS))


def test_reference_to_nothing_is_never_passed_over() -> None:
    """It would be a claim without a fact."""
    with pytest.raises(KeyError, match="F9"):
        list(reference_claims("x", "It was {F9}.", FACTS))


def test_citation_is_no_claim() -> None:
    """It stands in the sentence as readers see it, and is no figure."""
    [claim] = reference_claims("x", "Wind {S2} gave {F1} {S1}. A record {S1}. {S2}", FACTS)
    assert claim.claim == "Wind [2] gave 6.48\N{NO-BREAK SPACE}TWh [1]."
    assert claim.fact_id == "F1"
