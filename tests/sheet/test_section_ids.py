"""Ids of sections that there are not."""

from __future__ import annotations

from factbook.sheet.section_ids import MOST_NEAR, near_ids, no_such_section

KNOWN = [f"{part}@{place}" for part in ("1.1.1", "1.1.2", "2.1.1") for place in ("AT", "FR", "DE")]


def test_near_ids_are_alike_then_of_the_part_then_of_the_place() -> None:
    """The first is what may have been meant."""
    assert near_ids("1.1.1@at", KNOWN)[0] == "1.1.1@AT"
    assert set(near_ids("1.1.9@AT", KNOWN)) >= {"1.1.1@AT", "1.1.2@AT", "2.1.1@AT"}
    assert set(near_ids("2.1.1@PL", KNOWN)) >= {"2.1.1@AT", "2.1.1@FR", "2.1.1@DE"}
    assert len(near_ids("1.1.1@DE", [f"1.1.1@{n}" for n in range(100)])) == MOST_NEAR


def test_id_that_is_like_none_is_told_where_all_are() -> None:
    """Nothing is suggested, and a long one is cut."""
    finding = no_such_section("x" * 5000, KNOWN, where="run", remedy="Look there")
    assert (finding.allowed, finding.remedy) == ("", "Look there")
    assert len(finding.message) < 200
