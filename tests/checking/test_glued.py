"""References and what touches them."""

from __future__ import annotations

import pytest

from factbook.checking.glued import glued_references
from factbook.checking.violations import violations, without_violations

FACTS = {"F1", "F2"}


@pytest.mark.parametrize(
    "text",
    [
        *("9{F1}", "−{F1}", "-{F1}", "by –{F1}", "+{F1}", "±{F1}", "0.{F1}", ".{F1}", "1,{F1}"),
        *("1'{F1}", "2/{F1}", "2:{F1}", "5-{F1}", "5–{F1}", "x{F1}", "²{F1}", "½{F1}", "٣{F1}"),
        *("9\u200b{F1}", "9\u200d{F1}", "9\u2060{F1}", "\u00ad{F1}", "9\u3164{F1}", "9\ufe0f{F1}"),
        *(
            "^{F1}",
            "×{F1}",
            "√{F1}",
            "9*{F1}",
            "9`{F1}",
            "9\\{F1}",
            "_{F1}",
            "%{F1}",
            "fell − {F1}",
        ),
        *("－{F1}", "⁻{F1}", "˗{F1}", "➖{F1}", "\u202e{F1}", "'−{F1}"),
        *("{F1}9", "{F1}.5", "{F1},000", "{F1}'000", "{F1}bn", "{F1}k", "{F1}e5", "{F1}²", "{F1}%"),
        *("{F1}‰", "{F1}+", "{F1}−", "{F1}-5", "{F1}×2", "{F1}/2", "{F1}\u200b", "{F1}\u0336"),
        *("{F1}{F2}", "{F1}.{F2}", "{F1},{F2}", "{F1}`9`", "{F1}.`5`", "{F1}*9*", "{F1}½", "{F1}m"),
        *("{F1}\u2800", "{F1}\U000e0031", "{F1}٣", "{F1}'{F2}", "{F1}’{F2}"),
        *("−({F1})", "−“{F1}”", "-“{F1}”", "- ({F1})", "− ({F1})", "-{S1}{F1}", "−{S1}{S1}{F1}"),
        *("-€{F1}", "by −$({F1})", "9€{F1}", "9({F1})", "9“{F1}”", "0.“{F1}”", "9{S1}{F1}"),
        *("9(\u200b{F1})", "9**({F1})", "{F1}€9", "({F1})9", "{F1}”9", "{F1}{S1}9", "({F1})**9**"),
        *("9\u202f{F1}", "9\u00a0{F1}", "9\u2009{F1}", "{F1}\u202f000", "{F1}\u00a0000"),
        *("{F1}\u2009{F2}", "rose by - {F1}", "rose by – {F1}", "rose by -\u00a0{F1}", "to ‐ {F1}"),
        *("rose by － {F1}", "rose by - {F1} - and", "wind - {F1}", "rose by\n- {F1}"),
    ],
)
def test_what_would_be_read_as_part_of_a_figure_is_glued(text: str) -> None:
    """On either side: digits, signs, letters, points, what nobody sees, other references."""
    said = f"It was {text} then."
    assert [v.kind for v in violations(said, FACTS, {"S1"})] == ["glued reference"]
    without = without_violations(said, FACTS, {"S1"})
    assert "[figure missing]" in without
    assert list(glued_references(without)) == []


@pytest.mark.parametrize(
    "text",
    [
        *("{F1}", "({F1})", "[{F1}]", "“{F1}”", "'{F1}'", '"{F1}"', "({F1}, {F2})", "{F1}, {F2}"),
        *("{F1}.", "{F1};", "{F1}?", "{F1}…", "{F1}...", "{F1}: so", "{F1}–{F2}", "{F1}/{F2}"),
        *("wind—{F1}—rose", "in 2021—{F1}", "a {F1}-strong", "{F1}'s", "€{F1}", "~{F1}", "≈{F1}"),
        *("{F1}{S1}", "{F1}.{S1}", "{S1}{F1}", "so{S1}, {F1}", "#{F1}", "2021, {F1}", "2021 {F1}"),
        *("{F1} − {F2}", "(2021: {F1})", "mid-{F1}", "{F1} – {F2}"),
        *("in 2021 ({F1})", "wind – {F1} – and", "wind - {F1} - and", "wind ({F1}, {F2})"),
        *("wind – {F1}", "wind — {F1}", "it is — {F1} —", "2019 - {F1}", "wind,\u00a0{F1}"),
        *("so:\n- {F1} of wind\n- ({F1})", "so:\n\n– {F1} of wind", "{F1}\u00a0TWh"),
        *("GDP({F1})", "wind—({F1})—rose", "wind{S1} ({F1}){S1}", "2021: “{F1}”", "€ {F1}"),
    ],
)
def test_what_stands_beside_a_figure_in_prose_is_not_glued(text: str) -> None:
    """Brackets, quotation marks, marks of a sentence, dashes between words and references."""
    said = f"It was {text} then."
    assert violations(said, FACTS, {"S1"}) == ()
    assert without_violations(said, FACTS, {"S1"}) == said
