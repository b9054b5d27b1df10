"""What is said of a section besides its text."""

from __future__ import annotations

import pytest

from factbook.report.blocks import Document, Notice
from factbook.report.notices import (
    edit_notices,
    marks_notice,
    report_notices,
    split_front,
    status_notice,
)
from factbook.writing.record import EditState, SectionRecord
from tests.sections import make_outline, make_record

OFFLINE = {"provider": "offline"}
MODEL = {"provider": "openai"}


def records(**changed: SectionRecord) -> dict[str, SectionRecord]:
    """Records of all sections, but for those in `changed`."""
    ids = [section.id for section in make_outline().whole().sections]
    return {section_id: make_record(section_id) for section_id in ids} | {
        record.section_id: record for record in changed.values()
    }


@pytest.mark.parametrize("status", ["written", "edited"])
def test_finished_section_needs_no_notice(status: str) -> None:
    """Its text speaks for itself."""
    record = make_record().model_copy(update={"status": status})
    assert status_notice("1.1.1@AT", record) is None
    assert marks_notice(record) is None


@pytest.mark.parametrize(
    ("writer", "tone", "begin"),
    [
        (OFFLINE, "degraded", "Written without the model"),
        (MODEL, "partial", "The model's text stands, but a later pass is missing"),
    ],
)
def test_degraded_section_says_whose_text_stands(
    writer: dict[str, str], tone: str, begin: str
) -> None:
    """The offline text stands in, or the model's stands without a pass that was asked for."""
    record = make_record(status="degraded", reason="the budget is spent.", writer=writer)
    notice = status_notice("1.1.1@AT", record)
    assert notice is not None
    assert notice.tone == tone
    assert notice.text.startswith(begin)
    assert notice.text.endswith(": the budget is spent. The next run tries again.")


def edited(**state: object) -> SectionRecord:
    """A section that a person has edited."""
    edit = EditState.model_validate({"sha256": "a" * 64, "evidence_id": "e" * 64} | state)
    return make_record(status="edited", edit=edit)


def test_edit_on_its_own_data_needs_no_notice() -> None:
    """It stands like any other text."""
    assert edit_notices(make_record()) == ()
    assert edit_notices(edited()) == ()


def test_edit_on_its_own_data_is_shown_on_demand() -> None:
    """The section says so, and the front counts it; a degraded edit is one as well."""
    assert edit_notices(edited(), show_edits=True) == (
        Notice(tone="note", text="A person has edited this text."),
    )
    assert edit_notices(make_record(), show_edits=True) == ()
    outdated = edited(changes=("x",))
    assert edit_notices(outdated, show_edits=True) == edit_notices(outdated)
    given = records(one=edited())
    assert list(report_notices(make_outline().whole(), given)) == []
    [notice] = report_notices(make_outline().whole(), given, show_edits=True)
    assert notice.tone == "note"
    assert notice.text == "1 of 14 sections has been edited by a person (1.1.1@AT)."


def test_outdated_edit_shows_what_changed_and_the_text_of_today() -> None:
    """A reader can judge which of the two is right, and learns how to keep the person's."""
    notices = edit_notices(
        edited(changes=("Solar 2021: 2.78 → 2.91 TWh",), writer_text="Solar rose.")
    )
    assert notices == (
        Notice(
            tone="marked",
            text="A person has edited this text, and the data have changed since: Solar 2021: "
            "2.78 → 2.91 TWh. If it is right all the same, run with --confirm 1.1.1@AT.",
        ),
        Notice(tone="note", text="The text that the writer would write now: Solar rose."),
    )
    _, degraded = edit_notices(
        edited(changes=("x",), writer_text="Solar.", writer_reason="no model.")
    )
    assert degraded.text == "The text that the writer would write now (no model): Solar."
    _, without = edit_notices(edited(changes=("x",), writer_reason="refused"))
    assert without.text == "The writer has no text to compare it with: refused."


def test_edit_that_lacks_a_pass_is_a_persons_text() -> None:
    """It is not called the model's."""
    lacking = {"status": "degraded", "reason": "summary: no model"}
    record = edited().model_copy(update=lacking)
    notice = status_notice("1.1.1@AT", record)
    assert notice is not None
    assert notice.text.startswith("A person's text stands, but a later pass is missing")


def test_report_counts_outdated_edits() -> None:
    """They are named at its front, and are no failure."""
    given = records(one=edited(changes=("x",)))
    [notice] = report_notices(make_outline().whole(), given)
    assert notice.tone == "marked"
    assert notice.text == "1 of 14 sections is an edit older than its data (1.1.1@AT)."


def test_marks_are_sentences() -> None:
    """Each ends as one."""
    record = make_record(marks=("40 has no fact", " ", "Is it 12?"))
    assert marks_notice(record) == Notice(tone="marked", text="40 has no fact. Is it 12?")


def test_report_counts_every_kind() -> None:
    """Missing, refused and degraded sections are told apart, each with its ids."""
    given = records(
        one=make_record("1.1.1@AT", "refused", source_text="", reason="no"),
        two=make_record("1.1.1@FR", "degraded", reason="no"),
        three=make_record("1.1.1@GR", "degraded", reason="no", writer=MODEL),
        four=make_record("1.1.2@EU", "failed", source_text="", reason="no"),
    )
    [notice] = report_notices(make_outline().whole(), given)
    assert notice.tone == "missing"
    assert notice.text == (
        "1 of 14 sections is missing (1.1.2@EU); "
        "1 of 14 sections is refused by the content filter (1.1.1@AT); "
        "2 of 14 sections are stand-ins or lack a pass (1.1.1@FR, 1.1.1@GR)."
    )


def test_report_with_degraded_sections_alone_misses_nothing() -> None:
    """Its notice is of another tone."""
    given = records(one=make_record("1.1.1@AT", "degraded", reason="no"))
    [notice] = report_notices(make_outline().whole(), given)
    assert notice.tone == "partial"


def test_report_names_ten_sections_at_most() -> None:
    """A report without a text is told of in one line."""
    [notice] = report_notices(make_outline().whole(), {})
    assert notice.text.count("@") == 10
    assert notice.text.endswith(" and 4 more).")


def test_front_is_the_notices_before_all_else(
    document: Document, unfinished_document: Document
) -> None:
    """Those of a chapter stay in it."""
    assert split_front(unfinished_document) == ([unfinished_document.blocks[0]], document.blocks)
    assert split_front(document) == ([], document.blocks)


def test_complete_report_needs_no_notice() -> None:
    """Nothing to say, nothing said."""
    assert list(report_notices(make_outline().whole(), records())) == []
