"""Content keys: what changes them, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from factbook.data.series import SourceRows
from factbook.runs.keys import base_key, evidence_id
from factbook.writing.job import SectionJob, Shape, Upstream
from tests.sections import AUSTRIA, FRANCE, make_evidence, make_fact

WRITER = {"provider": "offline", "version": "1"}


def job(**others: Any) -> SectionJob:
    """The job of a section in Austria."""
    values: dict[str, Any] = {
        "section_id": "1.1.1@AT",
        "kind": "sub_task",
        "place": AUSTRIA,
        "title": "Wind",
        "evidence": make_evidence(make_fact()),
        "tone": {"purpose": "Inform"},
        "context": "A report",
    }
    return SectionJob(**(values | others))


KEY = base_key(job(), WRITER)


def changed(key: Any) -> set[str]:
    """Names of the parts that differ."""
    return {name for name in {*KEY.parts, *key.parts} if KEY.parts.get(name) != key.parts.get(name)}


def test_key_is_the_same_for_the_same_inputs() -> None:
    """In any process, and whatever the order of keys."""
    again = base_key(job(), dict(reversed(WRITER.items())))
    assert again == KEY
    assert again.value == KEY.value
    assert len(KEY.value) == 64


@pytest.mark.parametrize(
    ("others", "part"),
    [
        ({"title": "Solar"}, "sheet"),
        ({"description": "More."}, "sheet"),
        ({"guidelines": "Short."}, "sheet"),
        ({"research_notes": "Eurostat."}, "sheet"),
        ({"notes": ("A note.",)}, "sheet"),
        ({"style_examples": ("As a friend.",)}, "sheet"),
        ({"shape": Shape(max_words=10)}, "sheet"),
        ({"covered": ("Solar",)}, "sheet"),
        ({"place": FRANCE}, "sheet"),
        ({"chapter_title": "Power"}, "sheet"),
        ({"tone": {"purpose": "Sell"}}, "settings"),
        ({"context": "Another report"}, "settings"),
        ({"evidence": make_evidence(make_fact(value=6.49))}, "evidence"),
        ({"evidence": make_evidence()}, "evidence"),
    ],
)
def test_key_changes_with_what_determines_the_text(others: dict[str, Any], part: str) -> None:
    """And its parts tell which input it was."""
    key = base_key(job(**others), WRITER)
    assert changed(key) == {part}
    assert key.value != KEY.value


def test_key_changes_with_the_writer_and_its_passes() -> None:
    """Another model, another flag."""
    assert changed(base_key(job(), {**WRITER, "version": "2"})) == {"writer"}
    passes = {**WRITER, "passes": "draft, summary"}
    assert changed(base_key(job(), passes)) == {"writer"}


def test_key_changes_with_upstream_texts() -> None:
    """What a section follows on from is part of it, and so is that it is missing."""
    one = Upstream(section_id="1.1.2@AT", text="Wind gave much.")
    keys = [
        KEY.with_upstream([]),
        KEY.with_upstream([one]),
        KEY.with_upstream([one.model_copy(update={"text": "Wind gave little."})]),
        KEY.with_upstream([one.model_copy(update={"text": "", "missing": "failed"})]),
    ]
    assert len({key.value for key in keys}) == 4
    assert all(changed(key) == {"upstream"} for key in keys)


@pytest.mark.parametrize(
    "others",
    [
        {"subject": "Solar"},
        {"place": "France"},
        {"metric": "Imports"},
        {"period": "2020"},
        {"unit": "GWh"},
        {"role": "neighbour"},
        {"table": "PLEXOS"},
        {"among": 27},
    ],
)
def test_evidence_id_changes_with_what_a_fact_says(others: dict[str, Any]) -> None:
    """Any of it may change the text."""
    fact = make_fact()
    assert evidence_id(make_evidence(replace(fact, **others))) != evidence_id(make_evidence(fact))


def test_evidence_id_changes_with_order_gaps_and_origins() -> None:
    """References are by position; gaps are told; origins are shown."""
    first, second = make_fact(1), make_fact(2, subject="Gas")
    ids = {
        evidence_id(make_evidence(first, second)),
        evidence_id(make_evidence(second, first)),
        evidence_id(make_evidence(first, second, gaps=("No Hydro.",))),
        evidence_id(make_evidence(first, second, origins={"ETM": "Ember"})),
    }
    assert len(ids) == 4


def test_evidence_id_does_not_change_with_the_rows() -> None:
    """A line inserted in a file re-writes nothing."""
    moved = make_fact(sources=(SourceRows("etm.csv", (3,)),))
    assert evidence_id(make_evidence(moved)) == evidence_id(make_evidence(make_fact()))
