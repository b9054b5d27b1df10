"""The page for an editor: complete, escaped, and it loads nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

from factbook.diff import ReportDiff, compare
from factbook.diff.page import paragraphs_of, to_page
from tests.runs.run_folders import Section, save_run
from tests.sections import make_fact

SCRIPT = "<script>alert(1)</script>"


def page(tmp_path: Path, old: tuple[Section, ...], new: tuple[Section, ...]) -> str:
    """The page of two runs of these sections."""
    found: ReportDiff = compare(save_run(tmp_path / "old", *old), save_run(tmp_path / "new", *new))
    return to_page(found).decode()


def test_page_shows_cause_figure_and_words(tmp_path: Path) -> None:
    """Figures are marked, gone and new ones alike."""
    one = Section("1.1.1@AT")
    html = page(tmp_path, (one,), (replace(one, facts=(make_fact(value=6.71),)),))
    assert '<article id="section-1-1" data-section-id="1.1.1@AT">' in html
    assert "Austria, wind, 2021: 6.48 → 6.71\xa0TWh (Generation), etm.csv: 2: 1 section" in html
    assert "Wind/2021/Austria 6.48 → 6.71\xa0TWh (Generation)" in html
    assert '<del class="figure">6.48\xa0TWh</del><ins class="figure">6.71\xa0TWh</ins>.' in html
    text, why = html.index('<p class="text"'), html.index('<summary dir="auto">Why: evidence')
    assert text < why
    assert '<td class="number">6.48\xa0TWh</td><td class="number">6.71\xa0TWh</td>' in html


def test_page_escapes_all_text(tmp_path: Path) -> None:
    """Titles, places, texts, subjects, causes, notes."""
    old = Section("1.1.1@AT", title=SCRIPT, place=SCRIPT, text=f"{SCRIPT} Old.")
    new = replace(
        old,
        text=f"{SCRIPT} New, and <b>bold</b>.",
        facts=(make_fact(subject=SCRIPT, place=SCRIPT, unit=SCRIPT),),
        parts={SCRIPT: "b"},
        others={"marks": (SCRIPT,)},
    )
    html = page(tmp_path, (old,), (new, Section(f"1.1.2@{SCRIPT}", text=SCRIPT)))
    assert "<script" not in html
    assert "<b>" not in html
    assert html.count("&lt;script&gt;") >= 8


def test_page_loads_nothing(tmp_path: Path) -> None:
    """Its own style is all that its policy allows, by its digest."""
    one = Section("1.1.1@AT")
    html = page(tmp_path, (one,), (replace(one, text="None."),))
    style = re.search(r"<style>(.*)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in html
    assert not re.search(r"src=|href=\"[^#]|url\(|@import", html)


def test_page_has_no_character_that_no_format_may_hold(tmp_path: Path) -> None:
    """A control character in a text is left out, as in the report."""
    one = Section("1.1.1@AT")
    html = page(tmp_path, (one,), (replace(one, text="A\x07larm\u202e {F1}."),))
    assert "Alarm" in html
    assert not {"\x07", "\u202e"} & set(html)


def test_page_of_added_removed_and_moved_sections(tmp_path: Path) -> None:
    """Each says what it is, and where it was."""
    one, two = Section("1.1.1@AT"), Section("1.1.2@AT", text="Other.")
    gone, come = Section("9.1.1@AT", text="Gone."), Section("1.1.3@AT", text="Come.")
    html = page(tmp_path, (one, two, gone), (one, replace(two, section_id="1.2.1@AT"), come))
    assert re.findall(r'<span class="kind">(\w+)</span>', html) == ["Moved", "Added", "Removed"]
    assert "<p>Was 1.1.2@AT.</p>" in html
    assert "<ins>Come.</ins>" in html
    assert "<del>Gone.</del>" in html


def test_contents_lead_to_chapters_and_sections(tmp_path: Path) -> None:
    """Every anchor is there once; what reads as before is a line at the end."""
    old = (Section("1.1.1@AT"), Section("2.1.1@AT", chapter="2"), Section("2.1.2@AT", chapter="2"))
    new = (
        replace(old[0], text="None."),
        replace(old[1], text="None."),
        replace(old[2], parts={"settings.tone": "b"}),
    )
    headings = {"1": "Power", "2": "Heat"}
    found = compare(
        save_run(tmp_path / "old", *old), save_run(tmp_path / "new", *new, headings=headings)
    )
    html = to_page(found).decode()
    targets = re.findall(r'href="#([^"]*)"', html)
    assert targets == ["chapter-1", "section-1-1", "chapter-2", "section-2-1", "same"]
    assert all(html.count(f'id="{target}"') == 1 for target in targets)
    assert re.findall(r'<h2 id="chapter-\d" dir="auto">(.*)</h2>', html) == ["1 Power", "2 Heat"]
    assert "tone and audience: 2.1.2@AT" in html


def test_page_shows_both_titles(tmp_path: Path) -> None:
    """Readers see them, whatever the text says."""
    one = Section("1.1.1@AT")
    html = page(tmp_path, (one,), (replace(one, title="Wind power"),))
    assert "<p>Title: <del>Wind</del> <ins>Wind power</ins></p>" in html


def test_page_without_changes_says_so(tmp_path: Path) -> None:
    """It is no blank page."""
    one = Section("1.1.1@AT")
    assert "<p>Nothing changed.</p>" in page(tmp_path, (one,), (one,))


def test_headline_comes_before_the_text(tmp_path: Path) -> None:
    """As a paragraph of its own, with its changed words."""
    old, new = (
        save_run(tmp_path / name, Section("1.1.1@AT", others={"headline": headline}))
        for name, headline in (("old", "Wind rose"), ("new", "Wind fell"))
    )
    (section,) = compare(old, new).sections
    headline, text = paragraphs_of(section)
    assert [(piece.side, piece.text.strip()) for piece in headline] == [
        ("both", "Wind"),
        ("old", "rose"),
        ("new", "fell"),
    ]
    assert "".join(piece.text for piece in text) == "Wind gave 6.48\xa0TWh."
