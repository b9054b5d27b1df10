"""What a model wrote, as prose."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factbook.writing.model.prompts import template_text
from factbook.writing.model.prose import clean_prose, references_spelled, without_doubled_units
from tests.writing.model.scripted import FACTS

BY_ID = {fact.id: fact for fact in FACTS}


def test_prose_stays_as_it_is() -> None:
    """Paragraphs, references, citations, free digits, dashes and multiplication."""
    text = "Of course, wind gave {F1} in 2015–2021 – a lot.{S1}\n\nThat is 3 * 4 = 12, or 12%."
    assert clean_prose(text) == text


@pytest.mark.parametrize(
    ("written", "prose"),
    [
        ("```\nWind rose.\n```", "Wind rose."),
        ("```markdown\nWind rose.\n```", "Wind rose."),
        ("# Wind power\n\nWind rose.", "Wind rose."),
        ("## Wind power ##\nWind rose.", "Wind rose."),
        ("Wind power\n==========\nWind rose.", "Wind rose."),
        ("# In 2021 wind rose.", "In 2021 wind rose."),
        ("**Wind power**\n\nWind rose.", "Wind rose."),
        ("**Wind power:**\nWind rose.", "Wind rose."),
        ("**Wind rose.**", "Wind rose."),
        ("Wind **rose** by __much__ and *fast*.", "Wind rose by much and fast."),
        ("Here is the text:\n\nWind rose.", "Wind rose."),
        ("Sure! Here's a section on wind:\nWind rose.", "Wind rose."),
        ("Certainly!\n\nWind rose.", "Wind rose."),
        ("The revised text:\n\nWind rose.", "Wind rose."),
        ("<think>Let me see {F9}.</think>Wind rose.", "Wind rose."),
        ("Let me see.</think>\nWind rose.", "Wind rose."),
        ("Wind rose.\n<thinking>And now?", "Wind rose."),
        ("<text>\nWind rose.\n</text>", "Wind rose."),
        ("<evidence>\nF1,a,b,c,d,1,e\n</evidence>\nWind rose.", "Wind rose."),
        ("fact,place,subject,metric,period,value,unit\nF1,A,B,C,2021,6.48,TWh\nWind.", "Wind."),
        ("Wind rose.<br>Gas fell.", "Wind rose. Gas fell."),
        ("- Wind rose.\n- Gas fell.", "Wind rose. Gas fell."),
        ("Wind rose.\n\n---\n\nGas fell.", "Wind rose.\n\nGas fell."),
        ("Wind rose.\n---\nGas fell.", "Wind rose.\n\nGas fell."),
        ("As [Eurostat](https://e.eu/x) says.", "As Eurostat says."),
        ("As they say [S1](https://e.eu/x).", "As they say {S1}."),
        (
            "Wind rose in {F1} again. It did. Wind rose in {F1} again.\n\nIt did.\n\n"
            "Wind rose in {F1} again.",
            "Wind rose in {F1} again. It did.\n\nIt did.",
        ),
        ("Wind\nrose.\n\n\n\nGas  fell.", "Wind rose.\n\nGas fell."),
        ("Wind\x00 rose.\x1b", "Wind rose."),
        ("\u202eWi\u200bnd\u00ad rose\u2066.\ufeff\U000e0041", "Wind rose."),
        ("Wi\u200dnd\u200c rose.", "Wi\u200dnd\u200c rose."),
        ("Wind &amp; gas&#8203; rose&#46;", "Wind & gas rose."),
        ('See [it]( https://e.eu/x ) and [it](//e.eu/x "t").', "See it and it."),
        ("See ![a seal](https://e.eu/x.png) [m](mailto:a@e.eu).", "See a seal m."),
        ("Austria [AT](see: there) rose.", "Austria [AT](see: there) rose."),
        ("It is {F1}-{F2}.", "It is {F1}–{F2}."),
        ("A &#" + "9" * 5000 + "; b", "A &#" + "9" * 5000 + "; b"),
        ("```\n```", ""),
        ("<think>Only thoughts", ""),
        ("# Wind", ""),
    ],
)
def test_what_is_no_prose_goes(written: str, prose: str) -> None:
    """Fences, headings, bold type, thoughts, echoes, announcements."""
    assert clean_prose(written) == prose


def test_repeated_instructions_go() -> None:
    """Small models repeat the end of their prompt; what follows on the line stays."""
    echoed = (
        "<place>\nAustria\n</place>\n"
        "Length: 70 to 110 words in one paragraph.\n"
        "Begin with what matters most, then give what explains it. Choose the facts that tell "
        "most; do not list them all.\n"
        "Follow description and guidelines as far as the evidence allows. Put no more than three "
        "figures into one sentence, and vary how sentences begin.\n"
        "This is how a figure is written: Wind was {F2} in 2021.\n"
        "Now write the text alone. Wind rose."
    )
    assert clean_prose(echoed) == "Wind rose."
    assert clean_prose(template_text("system")) == "What you write"


@pytest.mark.parametrize(
    "text",
    [
        "Now write, they said, and wind rose.",
        "Of course the share fell.",
        "Here are two countries that differ. One is Austria.",
        "The text of the law: it holds.",
        "Sure growth is rare.",
        "The ratio was 3:1, and here is why: gas.",
        "F16, as it is called, flew.",
    ],
)
def test_words_of_the_text_are_never_taken_for_an_announcement(text: str) -> None:
    """What begins like one may be a sentence."""
    assert clean_prose(text) == text


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("[F12]", "{F12}"),
        ("{{F12}}", "{F12}"),
        ("{ F12 }", "{F12}"),
        ("{f12}", "{F12}"),
        ("{fact F12}", "{F12}"),
        ("{F1, F2}", "{F1}, {F2}"),
        ("{F1 and F2}", "{F1}, {F2}"),
        ("[S1, S2]", "{S1}{S2}"),
        ("[S1][S2]", "{S1}{S2}"),
        ("{F12: 67.3 TWh}", "{F12}"),
        ("{F12 TWh}", "{F12}"),
        ("{F12 in 2021 and {F13}", "{F12} in 2021 and {F13}"),
        ("{F12.", "{F12}."),
        ("{F12}", "{F12}"),
        ("[F1 in Monaco]", "[F1 in Monaco]"),
        ("[figure missing]", "[figure missing]"),
        ("{x}", "{x}"),
    ],
)
def test_references_have_one_spelling(written: str, spelled: str) -> None:
    """Models write them in many."""
    assert references_spelled(written) == spelled


@pytest.mark.parametrize(
    ("written", "prose"),
    [
        ("It gave {F1} TWh in 2021.", "It gave {F1} in 2021."),
        ("It gave {F1}\N{NO-BREAK SPACE}TWh.", "It gave {F1}."),
        ("It gave {F1} TWhours.", "It gave {F1} TWhours."),
        ("It gave {F1} GWh.", "It gave {F1} GWh."),
        ("That is {F4}%.", "That is {F4}."),
        ("That is {F4} percent of it.", "That is {F4} of it."),
        ("That is {F4} per cent.", "That is {F4}."),
        ("It is up {F4} percentage points.", "It is up {F4} percentage points."),
        ("It comes {F5} of 27 members.", "It comes {F5} members."),
        ("It comes {F5}rd.", "It comes {F5}."),
        ("It gave {F9} TWh.", "It gave {F9} TWh."),
    ],
)
def test_doubled_units_go(written: str, prose: str) -> None:
    """A reference brings its own."""
    assert without_doubled_units(written, BY_ID) == prose


@pytest.mark.parametrize("mark", ["[", "{", "**a ", "<evidence>", "![", "&amp;", "# a#", "[F1 "])
def test_marks_by_the_hundred_thousand_are_cleaned(mark: str) -> None:
    """A model that answers them would hold all other sections up as well."""
    clean_prose(mark * 100_000)


@given(st.text(alphabet="ab F1S2{}[]<>/#*`-:\n.", max_size=80))
@settings(deadline=None)
def test_cleaning_never_fails_and_has_an_end(written: str) -> None:
    """Whatever a model wrote: paragraphs without blank ends."""
    prose = clean_prose(written)
    assert prose == prose.strip()
    assert "\n\n\n" not in prose
