"""Content keys: what changes them, and what does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from factbook.data.series import SourceRows
from factbook.evidence.finding import DataFinding, Strength
from factbook.writing.job import Neighbour, SearchTopic, SectionJob, Shape, Upstream
from factbook.writing.keys import _SHEET_PARTS, base_key, evidence_id
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
        ({"title": "Solar"}, "sheet.titles"),
        ({"description": "More."}, "sheet.description"),
        ({"guidelines": "Short."}, "sheet.guidelines"),
        ({"research_notes": "Eurostat."}, "sheet.research"),
        ({"notes": ("A note.",)}, "sheet.notes"),
        ({"style_examples": ("As a friend.",)}, "sheet.style"),
        ({"shape": Shape(max_words=10)}, "sheet.guidelines"),
        ({"covered": ("Solar",)}, "sheet.titles"),
        ({"place": FRANCE}, "sheet.section"),
        ({"chapter_title": "Power"}, "sheet.titles"),
        ({"outline": "Power"}, "sheet.outline"),
        ({"neighbours": (Neighbour(title="Solar"),)}, "sheet.outline"),
        ({"searches": (SearchTopic(prompt="Find it."),)}, "sheet.research"),
        ({"tone": {"purpose": "Sell"}}, "settings.tone"),
        ({"context": "Another report"}, "settings.context"),
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
    assert keys[0] == KEY
    assert all(changed(key) == {"upstream.1.1.2@AT"} for key in keys[1:])


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


def test_note_and_edit_are_parts_of_their_own() -> None:
    """So that a change is told as what it is; without them there is no such part."""
    assert changed(base_key(job(editor_note="shorter"), WRITER)) == {"note"}
    assert changed(base_key(job(place_kind="us-states"), WRITER)) == {"settings.places"}
    assert changed(KEY.with_edit("e" * 64)) == {"edit"}
    assert KEY.with_edit("e" * 64).value != KEY.with_edit("f" * 64).value


def test_key_holds_every_field_of_a_job() -> None:
    """A field that is added to the job and to no part would change nothing."""
    held = {name for names in _SHEET_PARTS.values() for name in names}
    others = {"evidence", "upstream", "tone", "context", "editor_note", "place_kind", "elsewhere"}
    assert held | others == set(SectionJob.model_fields)
    assert not held & others


def finding(**others: Any) -> DataFinding:
    """A record of Austria's."""
    values: dict[str, Any] = {
        "kind": "record",
        "form": "since",
        "direction": "up",
        "facts": {"now": "F1"},
        "words": {"since": "2010"},
        "periods": ("2010", "2021"),
        "score": 40.0,
        "strength": Strength(0.5, 0.5, 1.0, 1.0),
        "key": "record|since|up|AT",
    }
    return DataFinding(**(values | others))


@pytest.mark.parametrize(
    ("others", "part"),
    [
        ({"kind": "jump"}, "evidence"),
        ({"form": "ever"}, "evidence"),
        ({"direction": "down"}, "evidence"),
        ({"facts": {"then": "F1"}}, "evidence"),
        ({"words": {"since": "2011"}}, "evidence"),
        ({"periods": ("2011", "2021")}, "evidence"),
        ({"score": 41.0}, "evidence"),
        ({"key": "record|since|up|AT|2010"}, "evidence"),
        ({"is_lead": True}, "evidence"),
        ({"told_in": "1.1.2@AT"}, "plan"),
        ({"untold": ("now",)}, "plan"),
    ],
)
def test_key_changes_with_what_a_finding_says(others: dict[str, Any], part: str) -> None:
    """The text follows from each of these, phrasings from what tells findings apart."""

    def key(one: DataFinding) -> Mapping[str, str]:
        evidence = make_evidence(make_fact()).model_copy(update={"findings": (one,)})
        return base_key(job(evidence=evidence), WRITER).parts

    before, after = key(finding()), key(finding(**others))
    assert {name for name in before if before[name] != after[name]} == {part}
