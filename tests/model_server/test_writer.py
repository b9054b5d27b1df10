"""What the model server writes: prose by reference, each pass in its way, JSON by schema."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import jsonschema  # type: ignore[import-untyped]
import pytest

from model_server.prose import facts_of, sentence, word_bounds
from model_server.schema import example
from model_server.writer import SPOILED, Asked, write
from tests.model_server.asking import EVIDENCE


def _written(prompt: str, pass_: str = "draft", seed: int = 0) -> str:  # noqa: S107
    return write(Asked(prompt, "", pass_, None, seed))


def test_sentences_name_what_they_cite() -> None:
    """Beside each reference stand the place, subject, metric and period of its fact."""
    facts = {row.fact: row for row in facts_of(EVIDENCE)}
    text = _written(EVIDENCE)
    cited = set()
    for written in re.split(r"(?<=\.)\s+", text):
        for fact_id in re.findall(r"\{(F\d+)\}", written):
            row = facts[fact_id]
            cited.add(fact_id)
            assert row.place in written
            assert row.subject in written
            assert row.period in written
            assert "Generation" in written
    assert cited == {"F1", "F2", "F3", "F4"}
    assert "6.74" not in text


def test_rank_in_the_middle_is_left_out() -> None:
    """A rank beyond the fifth has no sentence."""
    assert "{F5}" not in _written(EVIDENCE + " Write 400 words.")


@pytest.mark.parametrize(
    ("asked", "low", "high"),
    [("80-120 words", 80, 120), ("150–200 words", 150, 200), ("60 words", 45, 60)],
)
def test_text_is_as_long_as_asked(asked: str, low: int, high: int) -> None:
    """The number of words is what the prompt says, never more."""
    for seed in range(5):
        words = len(_written(f"{EVIDENCE}\nWrite {asked}.", seed=seed).split())
        assert low <= words <= high


def test_numbers_of_words_in_the_evidence_are_no_instruction() -> None:
    """Only what stands outside all tags says how long the text must be."""
    evidence = EVIDENCE.replace("Hydro, run of river", "7 words")
    assert len(_written(f"<tone>5 words</tone>\n{evidence}").split()) > 80
    assert word_bounds("between 10 and 20 words") == (10, 20)


def test_paragraphs_are_as_many_as_asked() -> None:
    """The number of paragraphs is what the prompt says."""
    text = _written(f"{EVIDENCE}\nWrite two paragraphs, 100 words.")
    assert len(text.split("\n\n")) == 2


def test_prompt_without_evidence_has_prose_without_figures() -> None:
    """Nothing is cited when there is nothing to cite."""
    for prompt in ("Write 50 words.", "<evidence>\n</evidence>", "<evidence>fact,place\nF1,A"):
        text = _written(prompt)
        assert len(text.split()) > 20
        assert "{" not in text


def test_search_result_is_cited_once() -> None:
    """The first source of the search results stands in the draft, once."""
    results = "<search_results>\n[S2] Review\n[S3] Statistics\n</search_results>"
    text = _written(f"{EVIDENCE}\n{results}")
    assert text.count("{S2}") == 1
    assert len(_written(f"{EVIDENCE}\n{results} 40-60 words").split()) <= 60
    assert "{S3}" not in text


def test_summary_is_the_beginning() -> None:
    """The first two sentences without citations, or one if two are too long."""
    text = "<text>One {F1} here {S1}. Two there.\n\nThree {F3} more.</text>"
    assert _written(text, "summary") == "One {F1} here. Two there."
    assert _written(f"{text} At most 4 words.", "summary") == "One {F1} here."


def test_direction_of_a_change_is_its_sign() -> None:
    """A change above 0 rose, one below fell."""
    row = facts_of(EVIDENCE)[1]
    for turn in range(2):
        assert "rose by {F2}" in sentence(row, turn)
        assert "fell by {F2}" in sentence(replace(row, value="-38.2"), turn)


def test_polish_keeps_references_and_changes_words() -> None:
    """Other words, the same references in the same order."""
    text = _written(EVIDENCE)
    polished = _written(f"<text>\n{text}\n</text>", "polish")
    assert polished != text
    assert re.findall(r"\{F\d+\}", polished) == re.findall(r"\{F\d+\}", text)
    assert _written("<text>Plain.</text>", "polish") == "Taken together: Plain."


def test_repair_takes_out_what_is_wrong() -> None:
    """Unknown references go with their sentences; headings, bold and stray braces go alone."""
    text = (
        "## Overview\n\n**Wind** came to {F1}. It was {F999} too. A {stray} brace }.\n\n{F3} {S1}."
    )
    repaired = _written(f"{EVIDENCE}<text>{text}</text>", "repair")
    assert repaired == "Wind came to {F1}. A  brace .\n\n{F3} {S1}."
    assert _written(f"{EVIDENCE}<text>Just {{F999}}.</text>", "repair") == "Just ."


@pytest.mark.parametrize("pass_", ["introduction", "task_summary", "conclusion"])
def test_whole_passes_open_in_their_way(pass_: str) -> None:
    """Introduction, summary of a task and conclusion cite evidence after their own opening."""
    opening, rest = _written(EVIDENCE, pass_).split(". ", 1)
    assert "{" not in opening
    assert not _written(EVIDENCE, "draft").startswith(opening)
    assert "{F1}" in rest


def test_example_keeps_its_schema() -> None:
    """Objects, arrays, enumerations, references and alternatives are filled in validly."""
    schema = {
        "$defs": {"issue": {"type": "object", "properties": {"sentence": {"type": "string"}}}},
        "type": "object",
        "properties": {
            "verdict": {"enum": ["ok", "revise"]},
            "issues": {"type": "array", "items": {"$ref": "#/$defs/issue"}},
            "score": {"type": "integer", "minimum": 1},
            "note": {"anyOf": [{"type": "null"}, {"type": "string"}]},
            "long": {"type": ["string", "null"], "minLength": 9},
            "kind": {"const": "check"},
            "sure": {"type": "boolean"},
        },
        "required": ["verdict", "issues", "score", "note", "long", "kind", "sure"],
        "additionalProperties": False,
    }
    for filled in ("", "Something is wrong."):
        value = example(schema, filled=filled)
        jsonschema.validate(value, schema)
        assert value["issues"] == ([{"sentence": filled}] if filled else [])


def article(prompt: str, pass_: str = "draft", fault: str = "") -> dict[str, str]:  # noqa: S107
    """The parts of an answer by the schema of a text with a headline."""
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("headline", "standfirst", "text")},
        "required": ["headline", "standfirst", "text"],
        "additionalProperties": False,
    }
    value: dict[str, str] = json.loads(
        write(Asked(prompt, "", pass_, schema, 0), SPOILED.get(fault))
    )
    jsonschema.validate(value, schema)
    return value


def test_article_has_headline_standfirst_and_text() -> None:
    """Prose by reference in all of them, and the findings first."""
    findings = "<findings>\n42: Wind fell to {F2}.\n9: Hydro gave {F1}.\n</findings>"
    parts = article(f"{findings}\n{EVIDENCE}\nWrite 60 words.")
    assert parts["headline"].endswith("{F1}")
    assert parts["standfirst"] == "Wind fell to {F2}."
    assert parts["text"].startswith("Hydro gave {F1}. ")
    assert article("Write 60 words.")["headline"] == ""


def test_article_is_repaired_part_by_part() -> None:
    """And its headline stays."""
    text = "HEADLINE: Wind at {F1}\nSTANDFIRST: It is {F1}. It is {F999}.\n\nIt was {F999}. So."
    parts = article(f"{EVIDENCE}<text>\n{text}\n</text>", "repair")
    assert parts == {"headline": "Wind at {F1}", "standfirst": "It is {F1}.", "text": "So."}


def test_fault_of_a_text_spoils_that_of_an_article() -> None:
    """It stays an object."""
    assert "{F999}" in article(EVIDENCE, fault="unknown_reference")["text"]
