"""Claims that a text makes by reference."""

from __future__ import annotations

import pytest

from factbook.checking.claims import MOST_LETTERS, reference_claims
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


def test_long_sentence_is_not_repeated_for_each_of_its_figures() -> None:
    """Four times the figures are four times the letters: each claim is what stands around it."""
    sizes = [
        sum(len(claim.claim) for claim in reference_claims("x", "{F1} " * count, FACTS))
        for count in (1000, 4000)
    ]
    assert sizes[0] <= 1000 * (MOST_LETTERS + 4)
    assert sizes[1] <= 5 * sizes[0]


def test_claim_of_a_long_sentence_holds_its_figure_whole() -> None:
    """What is left out is marked, and nothing is cut inside a word."""
    words = ["word" + "s" * (at % 7) for at in range(400)]
    words[::50] = ["{F2}"] * 8
    sentence = " ".join(words).replace("{F2}", "10.8\N{NO-BREAK SPACE}TWh")
    claims = [claim.claim for claim in reference_claims("x", " ".join(words), FACTS)]
    assert [claim.startswith("… ") for claim in claims] == [False] + [True] * 7
    assert all(claim.endswith(" …") for claim in claims)
    for claim in claims:
        assert "10.8\N{NO-BREAK SPACE}TWh" in claim
        assert f" {claim.strip('… ')} " in f" {sentence} "


def test_sentence_of_glued_figures_is_cut_at_them() -> None:
    """There is no blank to cut at: the claim is the figure alone, and never a part of it."""
    claims = [claim.claim for claim in reference_claims("x", "{F1}" * 100, FACTS)]
    assert claims[50] == "… 6.48\N{NO-BREAK SPACE}TWh …"
