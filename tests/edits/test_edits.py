"""Edits: what is read, what they stand for on today's evidence, what a person is told."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from factbook.adopt.restored import untied, with_references
from factbook.edits.changed import MOST_CHANGES, NOT_KNOWN
from factbook.edits.edit import (
    EDITS,
    Basis,
    Edit,
    Edits,
    back_again,
    set_aside,
    text_digest,
    write_edit,
)
from factbook.edits.edited import Standing, edited_record, settled, stand
from factbook.edits.notes import Notes, ask_rewrite, check_rewrite, texts_seen
from factbook.errors import ConfigError, StoppedError
from factbook.evidence.facts import Evidence, Fact
from factbook.folder.last_texts import text_digests
from factbook.folder.run_folder import RunFolder
from factbook.llm.chat import Source
from factbook.writing.job import Draft, SectionJob
from factbook.writing.keys import base_key, evidence_id
from factbook.writing.offline import OfflineWriter
from factbook.writing.record import SectionRecord, Status, digest
from factbook.writing.section import failed_section
from tests.hostile.mutations import Canaries, Mutation, link_to_file, link_to_folder, pipe, put
from tests.manifests import save_manifest
from tests.sections import AUSTRIA, make_evidence, make_fact, make_record

IDS = ("1.1.1@AT", "1.1.2@EU")
SOLAR = make_fact(1, subject="Solar", value=2.78)
WIND = make_fact(2, value=6.48)


def edit_file(project: Path, content: bytes, name: str = "1.1.1@AT.md") -> Path:
    """An edit as a person puts it into the project."""
    path = project / "edits" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def edit_of(text: str, *facts: Fact, sources: tuple[Source, ...] = ()) -> Edit:
    """An edit that was adopted on some facts."""
    evidence = make_evidence(*facts)
    basis = Basis.of(evidence, evidence_id(evidence), text)
    return Edit("1.1.1@AT", text, basis.model_copy(update={"sources": sources}))


def standing_on(
    edit: Edit, evidence: Evidence, remembered: SectionRecord | None = None
) -> Standing:
    """The edit on that evidence."""
    state = remembered.edit if remembered else None
    made = settled(edit, evidence, evidence_id(evidence), state)
    return stand(made, evidence, OfflineWriter().with_remarks)


def recorded(
    edit: Edit,
    evidence: Evidence,
    by_writer: Callable[[], SectionRecord] | None = None,
    last: SectionRecord | None = None,
) -> SectionRecord:
    """The record of an edit on that evidence."""
    job = SectionJob(section_id="1.1.1@AT", kind="sub_task", place=AUSTRIA, evidence=evidence)

    def writer() -> SectionRecord:
        return by_writer() if by_writer else make_record(source_text="Solar gave {F1}.")

    key = base_key(job, {})
    return edited_record(job, standing_on(edit, evidence, last), writer, OfflineWriter(), key)


def test_edits_are_read_by_the_file_name_of_their_section(tmp_path: Path) -> None:
    """Line ends and a byte order mark of any editor are taken."""
    edit_file(tmp_path, b"\xef\xbb\xbfOne.\r\n\r\nTwo.\r\n")
    edits = Edits.read(tmp_path, IDS)
    assert edits.findings == ()
    edit = edits.of("1.1.1@AT")
    assert edit == Edit("1.1.1@AT", "One.\n\nTwo.")
    assert edits.of("1.1.2@EU") is None


def test_project_without_edits_has_none(tmp_path: Path) -> None:
    """The folder need not be there."""
    assert Edits.read(tmp_path, IDS) == Edits()


def test_edit_of_no_section_is_a_warning_that_names_the_nearest(tmp_path: Path) -> None:
    """It is not used, and stays as it is."""
    path = edit_file(tmp_path, b"Text.", "1.1.1@AU.md")
    edits = Edits.read(tmp_path, IDS)
    assert not edits.by_section
    (finding,) = edits.findings
    assert (finding.severity, finding.code) == ("warning", "edit.no-section")
    assert finding.file == "edits/1.1.1@AU.md"
    assert "1.1.1@AT.md" in finding.remedy
    assert path.read_bytes() == b"Text."


@pytest.mark.parametrize(
    ("name", "near", "places"),
    [
        ("1.1.2@eu", "1.1.2@EU", "1.1.2@EU"),
        ("1.1.2@UE", "1.1.2@EU", "1.1.2@EU"),
        ("1.1.2@EUU", "1.1.2@EU", "1.1.2@EU"),
        ("1.1.2@E", "1.1.2@EU", "1.1.2@EU"),
        ("1.1.1@Austria", "", "1.1.1@AT"),
        ("9.9.1@AT", "", ""),
    ],
)
def test_only_a_slip_is_named_as_another_section(
    tmp_path: Path, name: str, near: str, places: str
) -> None:
    """A text that is renamed to a section that is merely alike does harm there."""
    edit_file(tmp_path, b"Text.", f"{name}.md")
    (finding,) = Edits.read(tmp_path, IDS).findings
    assert finding.remedy.startswith(f"Rename it to {near}.md" if near else "Name it as")
    assert finding.allowed == places


@pytest.mark.parametrize("name", [EDITS, f"{EDITS}/1.1.1@AT.md", f"{EDITS}/1.1.1@AT.json"])
@pytest.mark.parametrize("mutation", [link_to_file, link_to_folder, pipe])
def test_edits_lead_nowhere(tmp_path: Path, name: str, mutation: Mutation) -> None:
    """A project is sent with them: what they lead to would be printed in the report."""
    canaries = Canaries.make(tmp_path / "canaries")
    project = tmp_path / "project"
    edit_file(project, b"A text.")
    put(mutation, project / name, canaries)
    edits = Edits.read(project, IDS)
    assert not edits.by_section
    (finding,) = edits.findings
    assert (finding.severity, finding.code) == ("error", "edit.unsafe")
    assert f"{Path(name).name} (a " in finding.message


def test_file_of_another_suffix_is_told(tmp_path: Path) -> None:
    """A text in it would be missed in the report; what editors leave behind is no text."""
    edit_file(tmp_path, b"Text.", "1.1.1@AT.txt")
    for name in ("1.1.1@AT.md~", ".1.1.1@AT.md.swp", "1.1.2@EU.json"):
        edit_file(tmp_path, b"", name)
    (finding,) = Edits.read(tmp_path, IDS).findings
    assert (finding.severity, finding.code) == ("warning", "edit.not-markdown")
    assert "1.1.1@AT.md" in finding.remedy


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"cot\xe9", "edit.not-utf-8", "byte 4 of it is not UTF-8"),
        (b" \n\t\n", "edit.empty", "it is empty"),
        (b"x" * 32_768, "edit.too-long", "32,768 characters"),
        (b"x" * 1_000_001, "edit.too-long", "at most 1.0 MB are read"),
    ],
)
def test_edit_that_is_no_text_is_an_error(
    tmp_path: Path, content: bytes, code: str, said: str
) -> None:
    """The report would hold a wrong text or none."""
    edit_file(tmp_path, content)
    edits = Edits.read(tmp_path, IDS)
    assert not edits.by_section
    (finding,) = edits.findings
    assert (finding.severity, finding.code) == ("error", code)
    assert said in finding.message


@pytest.mark.parametrize(
    "section_id", ["1.1.2@EU / EFTA", "1#summary@Åland", "../../1.1@..", "a:b@C"]
)
def test_any_section_can_have_an_edit(tmp_path: Path, section_id: str) -> None:
    """Its file stays in the folder, whatever the section is called."""
    basis = Basis.of(make_evidence(section_id=section_id), "e", "Text.")
    path = write_edit(tmp_path, "Text.", basis)
    assert path.parent == tmp_path / "edits"
    assert Edits.read(tmp_path, [section_id]).of(section_id) == Edit(section_id, "Text.", basis)


def test_longest_edit_is_taken(tmp_path: Path) -> None:
    """As many characters as a cell of a workbook holds."""
    edit_file(tmp_path, b"x" * 32_767)
    assert Edits.read(tmp_path, IDS).findings == ()


def test_written_edit_is_read_back_with_what_it_was_made_against(tmp_path: Path) -> None:
    """Text and basis come back as they were."""
    edit = edit_of("Solar gave {F1}.", SOLAR, sources=(Source(title="A", url="https://a.org"),))
    assert edit.basis is not None
    path = write_edit(tmp_path, edit.text, edit.basis)
    assert path.read_text(encoding="utf-8") == "Solar gave {F1}.\n"
    read = Edits.read(tmp_path, IDS)
    assert read.findings == ()
    assert read.of("1.1.1@AT") == edit


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "it is damaged"),
        (b'{"section_id": "9@AT"}', "it is damaged"),
        (b"[2]", "it is damaged"),
        (b"\x00\xff", "it is damaged"),
        (b'{"version": 3, "colour": "red"}', "a newer version of Factbook has written it"),
    ],
)
def test_unreadable_basis_is_told_and_left_alone(tmp_path: Path, content: bytes, said: str) -> None:
    """A text without references means the same; what others mean nobody knows."""
    edit_file(tmp_path, b"Text.")
    beside = edit_file(tmp_path, content, "1.1.1@AT.json")
    edits = Edits.read(tmp_path, IDS)
    assert edits.of("1.1.1@AT") == Edit("1.1.1@AT", "Text.")
    (finding,) = edits.findings
    assert (finding.severity, finding.code) == ("warning", "edit.basis")
    assert said in finding.message
    evidence = make_evidence(SOLAR)
    edits.note(tmp_path, settled(Edit("1.1.1@AT", "Text."), evidence, "e", None))
    assert beside.read_bytes() == content
    edit_file(tmp_path, b"Solar gave {F1}.")
    assert [f.severity for f in Edits.read(tmp_path, IDS).findings] == ["error"]


def test_basis_of_another_section_is_not_used(tmp_path: Path) -> None:
    """Its facts are of another place."""
    edit = edit_of("Text.", SOLAR)
    assert edit.basis is not None
    write_edit(tmp_path, "Text.", edit.basis)
    (tmp_path / "edits" / "1.1.1@AT.json").rename(tmp_path / "edits" / "1.1.2@EU.json")
    edit_file(tmp_path, b"Text.", "1.1.2@EU.md")
    edits = Edits.read(tmp_path, IDS)
    assert edits.of("1.1.2@EU") == Edit("1.1.2@EU", "Text.")
    assert "1.1.1@AT" in edits.findings[0].message


def test_edit_on_its_own_evidence_stands_without_the_writer() -> None:
    """Nothing has changed, so the writer is not asked: it may cost money."""
    asked: list[str] = []

    def writer() -> SectionRecord:
        asked.append("1.1.1@AT")
        return make_record()

    record = recorded(edit_of("Solar gave {F1}, not 7.", SOLAR), make_evidence(SOLAR), writer)
    assert asked == []
    assert (record.status, record.is_finished, record.reason) == ("edited", True, "")
    assert record.text == "Solar gave 2.78\N{NO-BREAK SPACE}TWh, not 7."
    assert record.edit is not None
    assert not record.edit.is_outdated
    assert record.edit.sha256 == text_digest("Solar gave {F1}, not 7.")
    assert record.writer == {"provider": "person"}


def test_changed_value_flags_the_edit_with_both_versions() -> None:
    """What has changed stands there in words, and so does the writer's text of today."""
    today = make_evidence(replace(SOLAR, value=2.91), WIND)
    record = recorded(edit_of("Solar shines: {F1}.", SOLAR, WIND), today)
    assert record.status == "edited"
    assert record.text == "Solar shines: 2.91\N{NO-BREAK SPACE}TWh."
    assert record.edit is not None
    assert record.edit.changes == ("Solar 2021: 2.78 → 2.91 TWh",)
    assert record.edit.writer_text == "Solar gave 6.48\N{NO-BREAK SPACE}TWh."


def test_reference_means_its_fact_however_facts_are_numbered_today() -> None:
    """A new first fact moves all numbers by one; the text says the same."""
    new = make_fact(1, subject="Hydro", value=39.7)
    today = make_evidence(new, replace(SOLAR, id="F2"), replace(WIND, id="F3"))
    standing = standing_on(edit_of("Solar {F1}, wind {F2}.", SOLAR, WIND), today)
    assert standing.draft.source_text == "Solar {F2}, wind {F3}."
    assert "(Hydro 2021: new, 39.7\N{NO-BREAK SPACE}TWh)" in standing.state.changes[0]


def test_reference_to_a_fact_that_is_gone_is_written_out() -> None:
    """The figure of then stays, and the change tells that it is gone."""
    standing = standing_on(edit_of("Solar {F1}.", SOLAR, WIND), make_evidence(WIND))
    assert standing.draft.source_text == "Solar 2.78\N{NO-BREAK SPACE}TWh."
    assert standing.state.changes == (
        "Solar 2021: 2.78\N{NO-BREAK SPACE}TWh → not in the data any more",
    )


def test_reference_to_no_fact_is_written_as_text_and_marked() -> None:
    """It cannot be rendered, and must not be hidden."""
    record = recorded(Edit("1.1.1@AT", "Solar {F9}, {F1} and {S2}."), make_evidence(SOLAR))
    assert record.text == "Solar F9, 2.78\N{NO-BREAK SPACE}TWh and S2."
    assert record.marks == (
        "The edit refers to F9, which is not a fact of this section.",
        "The edit cites S2, which is not a source of this section.",
    )


def test_sources_of_an_adopted_text_are_kept() -> None:
    """What it cites still stands under it."""
    source = Source(title="A", url="https://a.org")
    record = recorded(edit_of("So it is {S1}.", SOLAR, sources=(source,)), make_evidence(SOLAR))
    assert record.text == "So it is [1]."
    assert record.sources == (source,)


def test_small_change_is_told_with_as_many_digits_as_it_needs() -> None:
    """Three digits would show the same number twice."""
    today = make_evidence(replace(SOLAR, value=2.7801))
    changes = standing_on(edit_of("{F1}", SOLAR), today).state.changes
    assert changes == ("Solar 2021: 2.78 → 2.7801 TWh",)


def test_changed_rank_and_share_are_told_in_their_units() -> None:
    """A rank has no unit, a share has its sign beside it."""
    rank = make_fact(1, metric="Generation rank", kind="rank", unit="rank", value=5, among=27)
    share = make_fact(2, metric="Generation share of region", kind="share of region", unit="%")
    today = make_evidence(replace(rank, value=4), replace(share, value=7.0))
    text = "We are 5th of 27, with {F2}."
    assert standing_on(edit_of(text, rank, share), today).state.changes == (
        "Wind Generation rank 2021: 5th of 27 → 4th of 27",
        "Wind Generation share of region 2021: 6.48 → 7%",
    )


OTHERS = [make_fact(n, place="EU", subject=f"S{n}", value=n + 100) for n in range(2, 30)]


@pytest.mark.parametrize("text", ["Solar {F1}.", "Solar gave 2.78 TWh.", "Solar: 2.78\xa0TWh"])
def test_what_the_text_shows_comes_first(text: str) -> None:
    """What a reader looks for is not lost among what follows from it."""
    facts = (*OTHERS, SOLAR)
    today = make_evidence(*(replace(fact, value=9.0) for fact in facts), gaps=("2020 is missing",))
    assert standing_on(edit_of(text, *facts), today).state.changes == (
        "Solar 2021: 2.78 → 9 TWh",
        "and 29 changes in what the text does not show",
    )


@pytest.mark.parametrize("text", ["Nothing of it.", "Solar 12.78 TWh.", "Solar 2.781 TWh."])
def test_change_in_what_the_text_does_not_show_is_one_line(text: str) -> None:
    """It is flagged, as its evidence has changed, but nothing in it has to be looked up."""
    facts = (*OTHERS, SOLAR)
    today = make_evidence(*(replace(fact, value=9.0) for fact in facts))
    assert standing_on(edit_of(text, *facts), today).state.changes == (
        "no figure that the text shows, but others of its section "
        "(Solar 2021: 2.78 → 9 TWh, and 28 more changes)",
    )


def test_many_changes_of_the_text_are_counted() -> None:
    """A wall of figures is not read."""
    text = " ".join(f"{{{fact.id}}}" for fact in OTHERS)
    today = make_evidence(*(replace(fact, value=9.0) for fact in OTHERS))
    changes = standing_on(edit_of(text, *OTHERS), today).state.changes
    assert len(changes) == MOST_CHANGES + 1
    assert changes[-1] == f"and {len(OTHERS) - MOST_CHANGES} more figures of the text"


def test_edit_of_an_unknown_report_is_flagged_until_it_is_confirmed() -> None:
    """Nobody can say what has changed since; a record tells it as the file beside it does."""
    edit = edit_of("Solar {F1}.", SOLAR)
    assert edit.basis is not None
    unknown = replace(edit, basis=edit.basis.model_copy(update={"is_known": False}))
    first = recorded(unknown, make_evidence(SOLAR))
    assert first.edit is not None
    assert first.edit.changes == (NOT_KNOWN,)
    again = recorded(Edit("1.1.1@AT", "Solar {F1}."), make_evidence(SOLAR), last=first)
    assert again.edit is not None
    assert again.edit.changes == (NOT_KNOWN,)


def test_order_and_origin_of_facts_are_no_change() -> None:
    """Only what the data say makes an edit outdated."""
    moved = make_evidence(replace(WIND, id="F1"), replace(SOLAR, id="F2", sources=()))
    assert not standing_on(edit_of("x", SOLAR, WIND), moved).state.is_outdated


def test_new_gap_makes_an_edit_outdated() -> None:
    """The evidence holds less than it did; its sentence becomes a part of another."""
    others = "no figure that the text shows, but others of its section"
    missing = "missing now: The data hold no Wind"
    gaps = ("The data hold no Wind.", "The data hold no Gas.")
    one = standing_on(edit_of("x", SOLAR), make_evidence(SOLAR, gaps=gaps[:1]))
    two = standing_on(edit_of("x", SOLAR), make_evidence(SOLAR, gaps=gaps))
    assert one.state.changes == (f"{others} ({missing})",)
    assert two.state.changes == (f"{others} ({missing}, and 1 more change)",)


def test_edit_by_hand_is_of_the_evidence_of_the_first_run_that_used_it() -> None:
    """The record remembers it, over any number of runs."""
    edit = Edit("1.1.1@AT", "Solar {F1}.")
    first = recorded(edit, make_evidence(SOLAR))
    assert first.edit is not None
    assert not first.edit.is_outdated
    today = make_evidence(replace(SOLAR, value=2.91))
    second = recorded(edit, today, last=first)
    third = recorded(edit, today, last=second)
    assert third.edit is not None
    assert second.edit == third.edit
    assert third.edit.changes == ("Solar 2021: 2.78 → 2.91 TWh",)


def test_first_run_notes_what_an_edit_by_hand_was_made_against(tmp_path: Path) -> None:
    """Then it is known without any record, and the key of the section stays as it was."""
    edit_file(tmp_path, b"Solar {F1}.")
    evidence = make_evidence(SOLAR)
    edits = Edits.read(tmp_path, IDS)
    first = settled(edits.by_section["1.1.1@AT"], evidence, evidence_id(evidence), None)
    edits.note(tmp_path, first)
    again = Edits.read(tmp_path, IDS).of("1.1.1@AT")
    assert again == first
    today = make_evidence(WIND, replace(SOLAR, id="F3", value=2.91))
    assert again is not None
    later = settled(again, today, evidence_id(today), None)
    assert later.key == first.key
    standing = stand(later, today, OfflineWriter().with_remarks)
    assert standing.draft.source_text == "Solar {F3}."
    assert "Solar 2021: 2.78 → 2.91 TWh" in standing.state.changes


def test_project_that_cannot_be_written_to_is_no_hindrance(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The record remembers the edit too; the log tells what is not noted."""
    edit_file(tmp_path, b"Solar {F1}.")
    edits = Edits.read(tmp_path, IDS)
    (tmp_path / "edits" / "1.1.1@AT.json").mkdir()
    edit = edits.by_section["1.1.1@AT"]
    edits.note(tmp_path, settled(edit, make_evidence(SOLAR), "e", None))
    assert "is not noted in the project" in caplog.text


def test_new_reference_of_a_changed_edit_means_todays_fact() -> None:
    """Its author has looked it up in the evidence of today; those from before mean what they did.

    Here the facts have changed numbers.
    """
    before = edit_of("Solar {F1}.", SOLAR, WIND)
    today = make_evidence(replace(WIND, id="F1"), replace(SOLAR, id="F2"))
    standing = standing_on(Edit("1.1.1@AT", "Solar {F1}, again {F2}.", before.basis), today)
    assert standing.draft.source_text == "Solar {F2}, again {F2}."


def test_edit_has_a_summary_where_sections_have_one() -> None:
    """A reader of the summaries misses nothing."""
    edit = settled(Edit("1.1.1@AT", "We say: {F1}. Much more."), make_evidence(SOLAR), "e", None)
    job = SectionJob(
        section_id="1.1.1@AT", kind="sub_task", place=AUSTRIA, evidence=make_evidence(SOLAR)
    )
    writer = OfflineWriter(add_summary=True)
    standing = stand(edit, job.evidence, writer.with_remarks)
    record = edited_record(job, standing, make_record, writer, base_key(job, {}))
    assert (record.status, record.summary) == ("edited", "We say: {F1}.")


def test_edit_stands_when_its_summary_fails() -> None:
    """The section is degraded, so that the next run tries again."""

    def broken(job: SectionJob, text: Draft) -> Draft:
        raise ZeroDivisionError("broken on purpose")

    edit = settled(Edit("1.1.1@AT", "Words."), make_evidence(SOLAR), "e", None)
    job = SectionJob(
        section_id="1.1.1@AT", kind="sub_task", place=AUSTRIA, evidence=make_evidence(SOLAR)
    )
    standing = stand(edit, job.evidence, broken)
    record = edited_record(job, standing, make_record, OfflineWriter(), base_key(job, {}))
    assert (record.status, record.source_text) == ("degraded", "Words.")
    assert record.reason == "ZeroDivisionError: broken on purpose"
    assert record.edit is not None


def test_changed_edit_counts_as_made_on_todays_evidence() -> None:
    """A person who rewrites a flagged edit has seen what changed; its references keep facts."""
    adopted = edit_of("Solar {F1}.", SOLAR)
    today = make_evidence(WIND, replace(SOLAR, id="F3", value=2.91))
    standing = standing_on(Edit("1.1.1@AT", "Still solar: {F1}.", adopted.basis), today)
    assert not standing.state.is_outdated
    assert standing.draft.source_text == "Still solar: {F3}."


def test_edit_stands_when_the_writer_beside_it_fails() -> None:
    """Only the comparison is lost, and that is said."""

    def broken() -> SectionRecord:
        raise ZeroDivisionError("broken on purpose")

    today = make_evidence(replace(SOLAR, value=2.91))
    record = recorded(edit_of("Solar {F1}.", SOLAR), today, broken)
    assert record.status == "edited"
    assert record.edit is not None
    assert record.edit.writer_reason == "ZeroDivisionError: broken on purpose"
    degraded = recorded(
        edit_of("x", SOLAR), today, lambda: failed_section("1.1.1@AT", "the model is away")
    )
    assert degraded.edit is not None
    assert degraded.edit.writer_reason == "the model is away"


def test_stop_while_the_writer_works_stops_the_run() -> None:
    """A key that is refused is no matter of one section."""

    def stopped() -> SectionRecord:
        raise StoppedError("no key")

    with pytest.raises(StoppedError):
        recorded(edit_of("x", SOLAR), make_evidence(replace(SOLAR, value=1.0)), stopped)


def test_edit_that_is_set_aside_is_kept(tmp_path: Path) -> None:
    """Nothing is overwritten, however often it happens."""
    for text in ("One.", "Two."):
        edit = edit_of(text, SOLAR)
        assert edit.basis is not None
        write_edit(tmp_path, text, edit.basis)
        paths = set_aside(tmp_path / "edits", "1.1.1@AT")
    assert Edits.read(tmp_path, IDS) == Edits()
    subprocess.run(back_again(tmp_path / "edits", "1.1.1@AT", paths), shell=True, check=True)  # noqa: S602
    assert Edits.read(tmp_path, IDS).of("1.1.1@AT") == edit
    set_aside(tmp_path / "edits", "1.1.1@AT")
    kept = sorted((tmp_path / "edits" / "set-aside").glob("*.md"))
    assert [path.read_text(encoding="utf-8") for path in kept] == ["Two.\n", "One.\n"]
    assert len(list((tmp_path / "edits" / "set-aside").glob("*.json"))) == 2
    assert set_aside(tmp_path / "edits", "1.1.1@AT") == []


FACTS = {
    "F1": SOLAR,
    "F2": WIND,
    "F3": make_fact(3, subject="Gas", metric="Generation change", kind="change", value=-2.0),
}
OLD = "In 2021, Solar gave {F1} and Wind {F2}. Gas fell by {F3}."


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("In 2021, Solar gave 2.78 TWh and Wind 6.48 TWh. Gas fell by 2 TWh.", OLD),
        (
            "In 2021, Solar gave as much as 2.78 TWh and Wind 6.48 TWh.",
            "In 2021, Solar gave as much as {F1} and Wind {F2}.",
        ),
        (
            "In 2021, Solar gave 2.79 TWh and Wind 6.48\N{NO-BREAK SPACE}TWh in all.",
            "In 2021, Solar gave 2.79 TWh and Wind {F2} in all.",
        ),
        # The name that the figure belonged to is gone, or stands for another one.
        ("In 2021, Hydro gave 2.78 TWh and wind little.", None),
        ("In 2020, Solar gave 2.78 TWh and Wind 6.48 TWh.", None),
        # Twice in the sentence: which one is it?
        ("In 2021, Solar gave 2.78 TWh, not 2.78 TWh, and Wind.", None),
        # Part of another number.
        ("In 2021, Solar gave 12.78 TWh and Wind 6.48 TWhs.", None),
        # A program has put other blanks, dashes and minus signs in.
        (
            "In 2021, Solar gave all of 2.78\N{THIN SPACE}TWh and Wind 6.48 TWh.",
            "In 2021, Solar gave all of {F1} and Wind {F2}.",
        ),
        ("Gas changed by \N{EN DASH}2 TWh.", "Gas changed by \N{EN DASH}2 TWh."),
        # The sign would come back.
        ("Gas then rose by 2 TWh.", None),
        ("Another matter altogether: 2.78 TWh.", None),
        (
            "Solar {F7} gave 2.78 TWh in 2021 and Wind 1.",
            "Solar {F7} gave {F1} in 2021 and Wind 1.",
        ),
    ],
)
def test_unchanged_figures_refer_to_their_facts_where_that_is_plain(
    text: str, source: str | None
) -> None:
    """Else the digits stay, as a person has left them."""
    found = with_references(text, OLD, FACTS)
    assert found == (text if source is None else source)


@pytest.mark.parametrize("sign", ["-", "\N{EN DASH}", "\N{MINUS SIGN}"])
def test_minus_sign_of_any_kind_is_one(sign: str) -> None:
    """Word puts in the one that it likes; a figure keeps its fact."""
    old = "The change of Gas was {F3}, says the office."
    text = f"The change of Gas was {sign}2 TWh, says every office."
    assert with_references(text, old, FACTS) == "The change of Gas was {F3}, says every office."
    untouched = f"The change of Gas was {sign}2 TWh, says the office."
    assert with_references(untouched, old, FACTS) == old


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("In 2021, Solar gave {F1} and Wind {F2}. Gas fell by {F3}.", []),
        (
            "In 2021, Solar gave 2.79 TWh and Wind {F2}.",
            ["2.79 TWh is plain digits now (was F1, 2.78\xa0TWh)"],
        ),
        (
            "In 2021, Solar gave 3 TWh and Wind as much as 7\xa0TWh.",
            ["3 TWh and 7\xa0TWh are plain digits now (was F1, 2.78\xa0TWh, F2, 6.48\xa0TWh)"],
        ),
        ("In 2021, Solar gave much and Wind {F2} in 7 parks.", []),
    ],
)
def test_figures_that_lose_their_facts_are_told(text: str, told: list[str]) -> None:
    """Nobody checks them any more; a figure that is gone is no figure."""
    assert list(untied(text, OLD, FACTS)) == told


def test_two_facts_of_one_form_are_not_as_distinct() -> None:
    """Which of them a figure shows is not known."""
    facts = {"F1": SOLAR, "F2": replace(WIND, value=2.78)}
    text = "Solar gave 2.78 TWh in 2021 and Wind just as much."
    assert with_references(text, "Solar gave {F1} in 2021 and Wind {F2}.", facts) == text


def test_citations_come_back_where_the_section_has_the_sources() -> None:
    """A bracket with another number is text."""
    found = with_references("New [1, 2], [2, 3] and [3].", "Old {S1}{S2}.", {}, sources=2)
    assert found == "New {S1}{S2}, [2, 3] and [3]."


def written_with(note: str, status: Status = "written") -> SectionRecord:
    """A record of a text that was written with a note."""
    return make_record(status=status, key_parts={"note": digest(note)})


def test_wish_that_no_text_has_followed_is_not_counted_again(tmp_path: Path) -> None:
    """The same command after a kill goes on with the same prompt, whose answer may be paid."""
    ask_rewrite(tmp_path, ["1.1.1@AT"], "shorter", {})
    first = Notes.read(tmp_path, IDS).asked["1.1.1@AT"]
    for seen in (None, written_with("another"), written_with(first, "degraded")):
        known = {"1.1.1@AT": seen} if seen else {}
        ask_rewrite(tmp_path, ["1.1.1@AT"], "shorter", known)
        assert Notes.read(tmp_path, IDS).asked["1.1.1@AT"] == first


def test_text_of_a_run_that_was_killed_nobody_has_seen(tmp_path: Path) -> None:
    """Only the end of a run tells in its manifest what its texts are."""
    folder = RunFolder(tmp_path, "a")
    folder.create()
    folder.save_record(make_record())
    assert texts_seen(folder, IDS) == {}
    told = {"text": text_digests({"x": make_record()})["x"]}
    save_manifest(folder.path, sections={"1.1.1@AT": told})
    assert texts_seen(folder, IDS) == {"1.1.1@AT": make_record()}
    folder.save_record(make_record(source_text="Newer."))
    assert texts_seen(folder, IDS) == {}


def test_rewrite_keeps_its_note_and_counts(tmp_path: Path) -> None:
    """Asked again without a note, the note stays and the prompt is another one."""
    ask_rewrite(tmp_path, ["1.1.1@AT"], "shorter, mention hydro", {})
    first = Notes.read(tmp_path, IDS).asked["1.1.1@AT"]
    ask_rewrite(tmp_path, ["1.1.1@AT"], None, {"1.1.1@AT": written_with(first)})
    second = Notes.read(tmp_path, IDS).asked["1.1.1@AT"]
    ask_rewrite(tmp_path, ["1.1.1@AT"], "longer", {"1.1.1@AT": written_with(second)})
    third = Notes.read(tmp_path, IDS).asked["1.1.1@AT"]
    assert first == "shorter, mention hydro\nRequests for a new text so far: 1."
    assert second == "shorter, mention hydro\nRequests for a new text so far: 2."
    assert third == "longer\nRequests for a new text so far: 3."


def test_note_by_hand_needs_no_count(tmp_path: Path) -> None:
    """A person may write the file; removing it undoes it."""
    path = tmp_path / "notes" / "1.1.1@AT.md"
    path.parent.mkdir()
    path.write_text("Mention hydro.\n", encoding="utf-8")
    assert Notes.read(tmp_path, IDS).asked == {"1.1.1@AT": "Mention hydro."}
    path.unlink()
    assert Notes.read(tmp_path, IDS) == Notes({})


def test_rewrite_of_no_section_names_the_nearest() -> None:
    """It may be a slip."""
    with pytest.raises(ConfigError, match=r"'1\.1\.2@UE'.*Did you mean '1\.1\.2@EU'\?"):
        check_rewrite(IDS, ["1.1.1@AT", "1.1.2@UE"], is_offline=False)


def test_rewrite_by_the_offline_writer_is_refused() -> None:
    """It would write the same text, and throw an edit out for it."""
    with pytest.raises(ConfigError, match="--provider openai or local"):
        check_rewrite(IDS, ["1.1.1@AT"], is_offline=True)
    check_rewrite(IDS, [], is_offline=True)


def test_notes_that_nobody_follows_are_told(tmp_path: Path) -> None:
    """A person's text follows none, and the offline writer neither."""
    edit_file(tmp_path, b"Text.")
    (tmp_path / "notes").mkdir()
    for name in IDS:
        (tmp_path / "notes" / f"{name}.md").write_text("Shorter.", encoding="utf-8")
    notes, edits = Notes.read(tmp_path, IDS), Edits.read(tmp_path, IDS)
    (edited,) = notes.unheeded(edits, is_offline=False)
    assert (edited.severity, edited.file) == ("warning", "notes/1.1.1@AT.md")
    assert "--rewrite 1.1.1@AT" in edited.remedy
    offline = notes.unheeded(Edits(), is_offline=True)
    assert [finding.code for finding in offline] == ["note.offline"]
    assert Notes({}).unheeded(edits, is_offline=True) == []


def test_rewrite_sets_an_edit_aside(tmp_path: Path) -> None:
    """It would stand in the way of the text that is asked for."""
    edit_file(tmp_path, b"Text.")
    edit_file(tmp_path, b"Other.", "1.1.2@EU.md")
    found = ask_rewrite(tmp_path, IDS, "shorter", {})
    (other,) = found["1.1.2@EU"]
    assert other.read_bytes() == b"Other."
    (moved,) = found["1.1.1@AT"]
    assert moved == tmp_path / "edits" / "set-aside" / "1.1.1@AT.md"
    assert moved.read_bytes() == b"Text."
    assert not Edits.read(tmp_path, IDS).by_section


def test_figure_that_only_a_finding_asked_for_is_no_change_of_the_data() -> None:
    """Findings ask for other figures when places beside change; the text is as right as before."""
    aside = replace(make_fact(3, subject="Wind and solar", value=9.26), is_aside=True)
    other = replace(make_fact(3, subject="Hydro", value=39.7), is_aside=True)
    edit = edit_of("Solar {F1}.", SOLAR, WIND, aside)
    assert standing_on(edit, make_evidence(SOLAR, WIND, other)).state.changes == ()


def test_figure_of_a_finding_that_the_text_shows_is_told_when_it_is_not_looked_at() -> None:
    """Nobody knows whether the data still have it, so nothing is said of the data."""
    aside = replace(make_fact(3, subject="Wind and solar", value=9.26), is_aside=True)
    standing = standing_on(edit_of("Both {F3}.", SOLAR, WIND, aside), make_evidence(SOLAR, WIND))
    assert standing.draft.source_text == "Both 9.26\N{NO-BREAK SPACE}TWh."
    assert standing.state.changes == (
        "Wind and solar 2021: 9.26\N{NO-BREAK SPACE}TWh → not among the section's figures any more",
    )


def test_changed_figure_of_a_finding_is_a_change() -> None:
    """It is the data that say otherwise."""
    aside = replace(make_fact(3, subject="Wind and solar", value=9.26), is_aside=True)
    today = make_evidence(SOLAR, WIND, replace(aside, value=9.41))
    standing = standing_on(edit_of("Both {F3}.", SOLAR, WIND, aside), today)
    assert standing.state.changes == ("Wind and solar 2021: 9.26 → 9.41 TWh",)


def test_evidence_that_is_cut_says_nothing_of_what_it_does_not_hold() -> None:
    """A conclusion holds the first facts of its sections: others may have taken the place."""
    hydro = make_fact(3, subject="Hydro", value=39.7)
    cut = make_evidence(SOLAR, hydro).model_copy(update={"extent": "part"})
    basis = make_evidence(SOLAR, WIND).model_copy(update={"extent": "part"})
    text = "Solar {F1}."
    edit = Edit("1.1.1@AT", text, Basis.of(basis, evidence_id(basis), text))
    assert standing_on(edit, cut).state.changes == ()
