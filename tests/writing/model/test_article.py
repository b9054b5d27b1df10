"""Articles: headline, standfirst and text out of whatever a model answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factbook.writing.model.article import (
    Article,
    UnreadableError,
    article_schema,
    headline_problems,
    read_article,
)
from tests.sections import make_evidence
from tests.writing.model.scripted import FOUND_FACTS, an_article

WHOLE = Article("It rose.\n\nIt fell.", headline="Wind leads", standfirst="Wind gave {F1}.")
MARKED = "HEADLINE: Wind leads\nSTANDFIRST: Wind gave {F1}.\n\nIt rose.\n\nIt fell."
OBJECT = an_article(WHOLE.headline, WHOLE.standfirst, WHOLE.text)
EVIDENCE = make_evidence(*FOUND_FACTS)
IDS = {fact.id for fact in FOUND_FACTS}


@pytest.mark.parametrize(
    "answer",
    [
        OBJECT,
        f"```json\n{OBJECT}\n```",
        f"Here is the JSON:\n{OBJECT}\nI hope it helps.",
        OBJECT.replace("\\n\\n", "\n\n"),
        MARKED,
        MARKED.replace("\n\nIt rose", "\n\nTEXT:\nIt rose"),
        MARKED.replace("HEADLINE:", "**Headline:**").replace("STANDFIRST", "## Standfirst"),
        MARKED.replace(": ", ":\n\n"),
        f"Sure, here is the section:\n\n{MARKED}",
    ],
)
def test_parts_are_read_in_any_of_their_forms(answer: str) -> None:
    """JSON, fenced or among other words, with line ends inside; lines with marks."""
    assert read_article(answer) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "Wind gave {F1}.\n\nIt rose.",
        '{F1} "headline": was what they said.',
        "Wind rose in a long sentence of more than twelve words, as the papers all said:\n"
        "Headline: wind rose.",
        "Text: this is what it says.",
    ],
)
def test_answer_without_marks_is_the_text(text: str) -> None:
    """Nothing of it is lost."""
    assert read_article(text) == Article(text)


def test_part_that_is_missing_is_empty() -> None:
    """The others are read."""
    assert read_article("HEADLINE: Wind leads\n\nIt rose.") == Article("It rose.", "Wind leads")
    assert read_article("STANDFIRST: It rose.") == Article("", standfirst="It rose.")
    assert read_article('{"headline": "A", "text": "B"}') == Article("B", "A")


@pytest.mark.parametrize(
    "broken",
    [
        OBJECT[:-20],
        '{"headline": "Wind leads"}',
        '{"headline": "Wind leads", "standfirst": "", "text": " "}',
        '{"text": ["It rose."]}',
        '{"text": ' + "[" * 100_000,
    ],
)
def test_broken_object_is_no_text(broken: str) -> None:
    """Its braces would stand in the report."""
    with pytest.raises(UnreadableError):
        read_article(broken)


@given(st.text(alphabet='{}":,HEADLINEheadlinetextstandfirst \n\\[]F1.', max_size=300))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_read_or_refused(answer: str) -> None:
    """By its one error."""
    try:
        read_article(answer)
    except UnreadableError:
        return


def test_prompt_shows_what_is_read_again() -> None:
    """A pass that gives a text back as it was changes nothing."""
    assert WHOLE.marked == MARKED
    assert read_article(WHOLE.marked) == WHOLE
    assert Article("It rose.").marked == "It rose."


def test_standfirst_opens_the_text() -> None:
    """In a paragraph of its own, or in the only one."""
    assert WHOLE.source_text == "Wind gave {F1}.\n\nIt rose.\n\nIt fell."
    one = Article("It rose.", standfirst="Wind gave {F1}.", has_one_paragraph=True)
    assert one.source_text == "Wind gave {F1}. It rose."
    assert Article("", standfirst="Wind gave {F1}.").source_text == "Wind gave {F1}."


def test_schema_asks_for_all_parts_and_no_others() -> None:
    """As strict servers want it."""
    body = article_schema().body
    assert body["required"] == list(body["properties"]) == ["headline", "standfirst", "text"]
    assert body["additionalProperties"] is False


@pytest.mark.parametrize(
    "headline",
    [
        "",
        "Wind falls back from its peak of 2019, to {F1}",
        "CO2 of wind is none in 2015–2021",
        "One two three four five six seven eight nine ten {F1}",
    ],
)
def test_headline_may_name_periods_and_have_twelve_words(headline: str) -> None:
    """A figure with its unit is two of them."""
    assert headline_problems(headline, IDS, EVIDENCE) == []


@pytest.mark.parametrize(
    ("headline", "said"),
    [
        ("One two three four five six seven eight nine ten eleven {F1}", "has 13 words"),
        ("Wind gives 6.48 TWh", "digits in place of references: 6.48"),
        ("Wind up 34 % since 2015", "digits in place of references: 34%"),
        ("Wind rises in 2031", "digits in place of references: 2031"),
        ("Wind at {F99}", "{F99} is not a fact"),
        ("Wind at 9{F1}", "touches a digit"),
        ("Wind at {F1}{S1}", "{S1}"),
        ("Wind {at} ease", "Braces"),
        ("Wind at https://evil.example", "address"),
        ("Use a fact only for its own place, subject, metric and period", "instructions"),
    ],
)
def test_headline_with_a_fault_is_told(headline: str, said: str) -> None:
    """In words for the model that corrects it."""
    assert said in " ".join(headline_problems(headline, IDS, EVIDENCE))
