"""What a person is shown who decides about a report."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt

from factbook.checking.claims import Claim
from factbook.runs.approval import Review, as_markdown

HOSTILE = "<b>|x|</b> [a](javascript:x) *y*"
"""Markup, wherever it comes from."""


def page(review: Review) -> str:
    """The review as a form shows it."""
    return str(MarkdownIt("commonmark").enable("table").render(as_markdown(review)))


def hostile_claim() -> Claim:
    """A claim whose every text holds markup."""
    return Claim(
        section_id=f"{HOSTILE}@AT",
        claim=HOSTILE,
        value=1.0,
        unit=HOSTILE,
        verdict="contradicted",
        fact_id="F1",
        fact_value=2.5,
        source="etm.csv",
    )


def test_text_of_sheet_and_data_is_no_markup() -> None:
    """Ids, units, claims, reasons and names come out as they are, each in its own cell."""
    shown = page(
        Review(
            digest="0",
            project=HOSTILE,
            by_status={"written": 1},
            missing={HOSTILE: HOSTILE},
            outdated=(HOSTILE,),
            flagged=(hostile_claim(),),
            cost_usd=0.0,
            draft=Path("/srv/out/draft.html"),
        )
    )
    assert "<b>" not in shown
    assert "<em>" not in shown
    assert "<a " not in shown
    cell = "&lt;b&gt;|x|&lt;/b&gt; [a](javascript:x) *y*"
    assert f"<td>{cell}@AT</td>" in shown
    assert f"<td>2.5 {cell}</td>" in shown
    assert shown.count(f"<td>{cell}</td>") == 3  # a claim, and a section with its reason
    assert f"have changed since: {cell}" in shown
