"""The section record: rendering, sealing, and what a damaged one is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from factbook.files.schema_version import SCHEMA_VERSION
from factbook.writing.record import FINISHED, SealedRecord, SectionRecord, digest, unseal
from tests.sections import make_fact, make_record


def test_record_renders_its_texts() -> None:
    """Text and summary are what readers see; the source keeps its references."""
    record = make_record(summary="In all {F1}.")
    assert record.text == "Wind gave 6.48\N{NO-BREAK SPACE}TWh."
    assert record.summary_text == "In all 6.48\N{NO-BREAK SPACE}TWh."
    assert record.source_text == "Wind gave {F1}."


def test_record_without_text_renders_nothing() -> None:
    """A failed section has no text, and no error over it."""
    record = make_record(status="failed", source_text="", facts=())
    assert (record.text, record.summary_text) == ("", "")


@pytest.mark.parametrize(
    ("status", "finished"),
    [
        ("written", True),
        ("edited", True),
        ("degraded", False),
        ("refused", False),
        ("failed", False),
    ],
)
def test_only_written_and_edited_are_finished(status: Any, finished: bool) -> None:
    """Everything else is tried again."""
    assert make_record(status=status).is_finished is finished
    assert (status in FINISHED) is finished


def test_record_is_frozen_and_strict() -> None:
    """A record is a value, and knows its fields."""
    with pytest.raises(ValidationError):
        make_record().status = "failed"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        make_record(other=1)


def test_sealed_record_comes_back_whole() -> None:
    """Through JSON, facts and their rows included."""
    facts = (make_fact(1), make_fact(2, kind="rank", unit="rank", value=3.0, among=27))
    record = make_record(facts=facts, gaps=("No Gas.",), seconds=0.25)
    sealed = json.loads(json.dumps(record.sealed()))
    assert unseal(sealed, "1.1.1@AT") == record


@pytest.mark.parametrize("value", [0.1 + 0.2, 1e300, -0.0, 5e-324, 1e16])
def test_sealed_record_keeps_every_float(value: float) -> None:
    """A checksum over numbers must hold after they were written and read."""
    record = make_record(facts=(make_fact(value=value),))
    back = unseal(json.loads(json.dumps(record.sealed())), "1.1.1@AT")
    assert back is not None
    assert back.facts[0].value == value


def test_record_of_another_section_is_none() -> None:
    """A text belongs to the id it stands under."""
    assert unseal(make_record("1.1.1@AT").sealed(), "1.1.1@FR") is None


@pytest.mark.parametrize(
    "change",
    [
        {"source_text": "Wind gave {F1}. Really."},
        {"status": "written", "reason": "changed"},
        {"checksum": "0" * 64},
        {"extra": 1},
        {"facts": []},
    ],
)
def test_changed_record_is_none(change: dict[str, Any]) -> None:
    """What does not match its checksum was not written by us."""
    assert unseal(make_record().sealed() | change, "1.1.1@AT") is None


def resealed(**others: Any) -> dict[str, Any]:
    """A sealed record with other values, as another version would have sealed it."""
    body = {name: value for name, value in make_record().sealed().items() if name != "checksum"}
    body = {name: value for name, value in (body | others).items() if value is not None}
    return {**body, "checksum": digest(body)}


@pytest.mark.parametrize(("version", "is_read"), [(None, True), (1, True), (0, False), (99, False)])
def test_versions_of_a_record(version: int | None, *, is_read: bool) -> None:
    """One that does not say its version is of the first; a newer one is no record."""
    found = unseal(resealed(schema_version=version), "1.1.1@AT")
    assert (found == make_record()) is is_read
    assert (found is None) is not is_read


def test_sealed_record_has_its_documented_form() -> None:
    """Its version first, its checksum last; both are no part of the record."""
    sealed = make_record().sealed()
    assert (list(sealed)[0], list(sealed)[-1]) == ("schema_version", "checksum")
    assert sealed["schema_version"] == SCHEMA_VERSION
    assert SealedRecord.model_validate(sealed).model_dump(mode="json") == {
        **make_record().model_dump(mode="json"),
        "schema_version": SCHEMA_VERSION,
        "checksum": sealed["checksum"],
    }


@pytest.mark.parametrize("sealed", [None, 3, "x", [], [1]])
def test_json_that_is_no_object_is_no_record(sealed: object) -> None:
    """What stands in a damaged file, or in a result of Prefect's."""
    assert unseal(sealed, "1.1.1@AT") is None


def test_record_without_checksum_is_none() -> None:
    """Nor is what has none."""
    sealed = make_record().sealed()
    del sealed["checksum"]
    assert unseal(sealed, "1.1.1@AT") is None


def test_unseal_leaves_its_argument_alone() -> None:
    """It may be used twice."""
    sealed = make_record().sealed()
    before = dict(sealed)
    assert unseal(sealed, "1.1.1@AT") is not None
    assert sealed == before


def test_digest_does_not_depend_on_the_order_of_keys() -> None:
    """Nor on letters that JSON may escape; it does on values and on the order of lists."""
    assert digest({"a": 1, "b": "ä"}) == digest({"b": "ä", "a": 1})
    assert digest([1, 2]) != digest([2, 1])
    assert digest("1") != digest(1)
    assert len(digest("\ud800")) == 64


def test_records_of_one_section_share_no_state() -> None:
    """Cached texts belong to a record."""
    first: SectionRecord = make_record()
    second = first.model_copy(update={"source_text": "No wind."})
    assert first.text != second.text


def test_record_of_an_unknown_form_is_none() -> None:
    """Its checksum is right, and this version cannot read it: the section is written anew."""
    body = {key: value for key, value in make_record().sealed().items() if key != "checksum"}
    body["status"] = "of a later version"
    assert unseal({**body, "checksum": digest(body)}, "1.1.1@AT") is None
