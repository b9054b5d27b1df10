"""Two runs compared: which sections differ, how, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from factbook.data.series import SourceRows
from factbook.diff import ReportDiff, compare
from factbook.diff.causes import changed_parts
from factbook.diff.changes import FactChange
from factbook.diff.number_format import as_distinct
from factbook.evidence.derivation import Derivation, Members, StandIn
from factbook.evidence.facts import Fact
from tests.runs.run_folders import Section, save_run
from tests.sections import make_fact

ONE = Section("1.1.1@AT")
TWO = Section("1.1.2@AT", title="Solar", text="Solar gave {F1}, the most.")
THREE = Section("1.1.3@AT", title="Gas", text="Gas gave {F1}, the least.")


def diff(tmp_path: Path, old: tuple[Section, ...], new: tuple[Section, ...]) -> ReportDiff:
    """Compare two runs of these sections."""
    return compare(save_run(tmp_path / "old", *old), save_run(tmp_path / "new", *new))


def why(found: ReportDiff) -> list[tuple[str, list[str]]]:
    """Section ids with the words of their causes."""
    return [(s.section_id, [cause.words for cause in s.causes]) for s in found.sections]


def test_same_runs_have_an_empty_diff(tmp_path: Path) -> None:
    """Nothing is told of sections that are as they were."""
    found = diff(tmp_path, (ONE, TWO), (ONE, TWO))
    assert found.is_empty
    assert found.data == ()
    assert found.unchanged == 2


def test_added_and_removed_sections(tmp_path: Path) -> None:
    """They carry the one text that there is."""
    found = diff(tmp_path, (ONE, TWO), (ONE, THREE))
    assert [(s.section_id, s.change) for s in found.sections] == [
        ("1.1.3@AT", "added"),
        ("1.1.2@AT", "removed"),
    ]
    added, removed = found.sections
    assert added.old is None
    assert added.new is not None
    assert added.new.text == "Gas gave 6.48\xa0TWh, the least."
    assert removed.new is None
    assert removed.old is not None
    assert removed.old.text == "Solar gave 6.48\xa0TWh, the most."
    assert found.unchanged == 1


def test_changed_cell_is_named_with_its_row(tmp_path: Path) -> None:
    """In the section that holds it, and once for the report; the figure of the text with it."""
    changed = replace(ONE, facts=(make_fact(value=6.71),))
    found = diff(tmp_path, (ONE, TWO), (changed, TWO))
    (section,) = found.sections
    (cause,) = section.causes
    assert cause.part == "evidence"
    assert [str(fact) for fact in cause.facts] == [
        "Wind/2021/Austria 6.48 → 6.71\xa0TWh (Generation)"
    ]
    (cell,) = found.data
    assert (cell.fact.source, cell.sections) == ("etm.csv: 2", ("1.1.1@AT",))
    (figure,) = section.figures
    assert (figure.about, figure.old, figure.new) == (
        "Wind, Austria, 2021, Generation",
        "6.48\xa0TWh",
        "6.71\xa0TWh",
    )


def test_cells_come_before_sums_and_derived_facts(tmp_path: Path) -> None:
    """Whatever their order in the evidence: the cell is the reason of the others."""
    sources = make_fact().sources * 2

    def facts(factor: float) -> tuple[Any, ...]:
        return (
            make_fact(
                1, metric="Generation rank", unit="rank", kind="rank", value=3 * factor, among=27
            ),
            make_fact(2, subject="Total", value=10 * factor, sources=sources),
            make_fact(3, value=6 * factor),
        )

    old, new = replace(ONE, facts=facts(1)), replace(ONE, facts=facts(2))
    (section,) = diff(tmp_path, (old,), (new,)).sections
    assert [str(fact) for fact in section.causes[0].facts] == [
        "Wind/2021/Austria 6 → 12\xa0TWh (Generation)",
        "Total/2021/Austria 10 → 20\xa0TWh (Generation)",
        "Wind/2021/Austria 3 of 27 → 6 of 27 (Generation rank)",
    ]


def sum_of(rows: tuple[int, ...], value: float, **others: Any) -> Fact:
    """A selection's sum over some rows."""
    values: dict[str, Any] = {"subject": "Total of Solar, Wind", "kind": "total"}
    sources = (SourceRows("etm.csv", rows),)
    return make_fact(value=value, sources=sources, **(values | others))


def data(found: ReportDiff) -> list[tuple[str, str]]:
    """What is told of the data, with the rows."""
    return [(change.fact.brief, change.fact.source) for change in found.data]


def test_row_that_a_sum_has_lost_is_named(tmp_path: Path) -> None:
    """The sum is no cell because one row is left of it, and that row has not changed."""
    old = replace(ONE, facts=(sum_of((1376, 1377), 51.7),))
    new = replace(ONE, facts=(sum_of((1376,), 14.5),))
    told = "Total of Solar, Wind/2021/Austria"
    assert data(diff(tmp_path / "a", (old,), (new,))) == [
        (f"{told} 51.7 → 14.5\xa0TWh", "without etm.csv: 1377")
    ]
    assert data(diff(tmp_path / "b", (new,), (old,))) == [
        (f"{told} 14.5 → 51.7\xa0TWh", "now with etm.csv: 1377")
    ]


def test_rows_that_feed_a_sum_are_told_when_none_is_known(tmp_path: Path) -> None:
    """One of them has another value."""
    old, new = (replace(ONE, facts=(sum_of((3, 4), value),)) for value in (51.7, 52.8))
    assert data(diff(tmp_path, (old,), (new,))) == [
        ("Total of Solar, Wind/2021/Austria 51.7 → 52.8\xa0TWh", "from etm.csv: 3, 4")
    ]


def test_sum_of_one_row_is_no_cell(tmp_path: Path) -> None:
    """Its name is not what stands in that row."""
    old, new = (replace(ONE, facts=(sum_of((3,), value),)) for value in (14.5, 15.5))
    found = diff(tmp_path, (old,), (new,))
    assert data(found) == [
        ("Total of Solar, Wind/2021/Austria 14.5 → 15.5\xa0TWh", "from etm.csv: 3")
    ]
    assert not found.data[0].fact.is_cell


@pytest.mark.parametrize(("total", "is_told"), [(11.0, False), (12.0, True)])
def test_sum_is_told_where_the_cells_do_not_explain_it(
    tmp_path: Path, total: float, is_told: bool
) -> None:
    """A cell that no section holds may have changed beside the one that is named."""
    old = replace(ONE, facts=(make_fact(1, value=6.0), sum_of((2, 3), 10.0, id="F2")))
    new = replace(ONE, facts=(make_fact(1, value=7.0), sum_of((2, 3), total, id="F2")))
    told = data(diff(tmp_path, (old,), (new,)))
    assert told[0] == ("Wind/2021/Austria 6 → 7\xa0TWh", "etm.csv: 2")
    assert len(told) == 1 + is_told


def test_value_that_is_gone_is_told_with_its_row(tmp_path: Path) -> None:
    """Both runs have other years of it; the year that now stands for it was there all the time."""
    years = [make_fact(n, period=str(2018 + n), value=float(n)) for n in (1, 2, 3)]
    years[2] = replace(years[2], sources=(SourceRows("etm.csv", (9,)),))
    last = replace(years[1], derivation=Derivation(stand_in=StandIn("2021", "last")))
    old = replace(ONE, facts=(years[0], years[2]), text="None.")
    new = replace(ONE, facts=(years[0], last), text="None.")
    found = diff(tmp_path, (old,), (new,))
    assert data(found) == [("Wind/2021/Austria gone: 3\xa0TWh", "etm.csv: 9")]
    assert [fact.delta for fact in found.sections[0].causes[0].facts] == ["gone", "in view"]


def test_place_that_is_the_largest_now_is_no_change_of_the_data(tmp_path: Path) -> None:
    """Its number was there all the time; the cell that has moved the ranks comes first."""
    place = make_fact(1, value=5.0)
    spain = make_fact(2, place="Spain", role="extreme", value=40.0)
    sweden = make_fact(2, place="Sweden", role="extreme", value=41.0)
    old = replace(ONE, facts=(spain, place), text="None.")
    new = replace(ONE, facts=(sweden, replace(place, value=9.0)), text="None.")
    found = diff(tmp_path, (old,), (new,))
    assert data(found) == [("Wind/2021/Austria 5 → 9\xa0TWh", "etm.csv: 2")]
    assert [fact.values for fact in found.sections[0].causes[0].facts] == [
        "5 → 9\xa0TWh",
        "now looked at: 41\xa0TWh",
        "no longer looked at: 40\xa0TWh",
    ]


def test_what_one_section_knows_of_the_data_holds_for_all(tmp_path: Path) -> None:
    """A neighbour's value has gone: its own section knows, others see that it is not there."""
    spain = make_fact(2, place="Spain", role="neighbour", value=40.0)
    own = (make_fact(1, place="Spain", value=40.0), make_fact(2, place="Spain", period="2015"))
    old = (replace(ONE, facts=(make_fact(), spain)), replace(TWO, facts=own))
    new = (ONE, replace(TWO, facts=own[1:], text="None."))
    found = diff(tmp_path, old, new)
    assert data(found) == [("Wind/2021/Spain gone: 40\xa0TWh", "etm.csv: 2")]
    assert [s.causes[0].facts[0].delta for s in found.sections] == ["gone", "gone"]
    assert found.data[0].sections == ("1.1.1@AT", "1.1.2@AT")


def test_changed_titles_are_told_with_both(tmp_path: Path) -> None:
    """Of chapters, tasks and sub-tasks, also where no text depends on them."""
    old = save_run(tmp_path / "old", ONE, headings={"1": "Power", "1.1": "Wind"})
    new = save_run(
        tmp_path / "new", replace(ONE, title="Wind power"), headings={"1": "Energy", "1.1": "Wind"}
    )
    found = compare(old, new)
    assert [f"{title.id} {title}" for title in found.titles] == [
        '1 "Power" → "Energy"',
        '1.1.1 "Wind" → "Wind power"',
    ]
    assert why(found) == [("1.1.1@AT", ['title: "Wind" → "Wind power"'])]
    assert found.reads_otherwise
    assert not found.sections[0].is_text_changed


def test_title_in_the_key_is_told_with_both(tmp_path: Path) -> None:
    """Once, not beside the part of the key."""
    old = replace(ONE, parts={"sheet.titles": "a"})
    new = replace(ONE, parts={"sheet.titles": "b"}, title="Wind power")
    assert why(diff(tmp_path, (old,), (new,))) == [("1.1.1@AT", ['title: "Wind" → "Wind power"'])]


def test_words_of_guidelines_and_notes_are_told(tmp_path: Path) -> None:
    """As long as the records keep them; a note that there was not is none."""
    old = replace(
        ONE,
        parts={"sheet.guidelines": "a"},
        others={"inputs": {"sheet.guidelines": "Use plain words. Write 40-60 words in all."}},
    )
    new = replace(
        ONE,
        parts={"sheet.guidelines": "b", "note": "c"},
        others={
            "inputs": {
                "sheet.guidelines": "Use plain words. Write 60-90 words in all.",
                "note": "shorter",
            }
        },
    )
    assert why(diff(tmp_path, (old,), (new,))) == [
        (
            "1.1.1@AT",
            [
                'the sheet\'s text guidelines: "… plain words. Write 40-60 words in all." → '
                '"… plain words. Write 60-90 words in all."',
                'an editor\'s note to the writer: none → "shorter"',
            ],
        )
    ]


def test_another_kind_of_writer_is_the_whole_reason(tmp_path: Path) -> None:
    """The offline writer reads little of the sheet: that a model reads more changes no cell."""
    sheet = {"sheet.style": "a", "writer": "a"}
    old = replace(ONE, parts=sheet, others={"writer": {"provider": "offline"}})
    new = replace(
        ONE,
        parts={"sheet.style": "b", "settings.tone": "b", "writer": "b"},
        others={"writer": {"provider": "openai"}},
    )
    assert why(diff(tmp_path, (old,), (new,))) == [("1.1.1@AT", ["provider offline → openai"])]


@pytest.mark.parametrize(
    ("new", "reads_otherwise"),
    [
        ((replace(ONE, parts={"settings.tone": "b"}), TWO), False),
        ((TWO, ONE), False),
        ((ONE, replace(TWO, title="Sun")), True),
        ((ONE, replace(TWO, text="Solar gave {F1}.")), True),
        ((ONE, replace(TWO, section_id="1.2.1@AT")), True),
        ((ONE,), True),
        ((ONE, TWO, THREE), True),
    ],
)
def test_what_a_reader_sees_as_a_change(
    tmp_path: Path, new: tuple[Section, ...], reads_otherwise: bool
) -> None:
    """Text, titles, numbers, and what comes and goes: what --fail-on-change is about."""
    found = diff(tmp_path, (ONE, TWO), new)
    assert found.reads_otherwise is reads_otherwise
    assert not found.is_empty


def test_same_rank_among_more_places_is_a_change(tmp_path: Path) -> None:
    """A place that has come into the ranking changes what the rank says."""
    rank = make_fact(metric="Generation rank", unit="rank", kind="rank", value=9, among=26)
    old, new = (replace(ONE, facts=(replace(rank, among=n),), text="Text.") for n in (26, 27))
    (section,) = diff(tmp_path, (old,), (new,)).sections
    assert [str(fact) for fact in section.causes[0].facts] == [
        "Wind/2021/Austria 9 of 26 → 9 of 27 (Generation rank)"
    ]


def test_facts_of_one_run_only_are_told(tmp_path: Path) -> None:
    """With the value that there is; whether the data had it before is not known."""
    old = replace(ONE, facts=(make_fact(1), make_fact(2, subject="Gas", value=3.0)), text="None.")
    new = replace(ONE, facts=(make_fact(1), make_fact(2, subject="Hydro", value=9.0)), text="None.")
    (section,) = diff(tmp_path, (old,), (new,)).sections
    assert [str(fact) for fact in section.causes[0].facts] == [
        "Hydro/2021/Austria now looked at: 9\xa0TWh (Generation)",
        "Gas/2021/Austria no longer looked at: 3\xa0TWh (Generation)",
    ]
    assert section.figures == ()
    assert diff(tmp_path, (old,), (new,)).data == ()


def test_other_order_of_facts_is_told_as_such(tmp_path: Path) -> None:
    """No fact differs, and the section was written anew all the same."""
    first, second = make_fact(1), make_fact(2, subject="Gas")
    old = replace(ONE, facts=(first, second), text="Text.")
    new = replace(ONE, facts=(second, first), text="Text.")
    assert why(diff(tmp_path, (old,), (new,))) == [("1.1.1@AT", ["order of the facts"])]


def test_other_derivation_is_told_as_such(tmp_path: Path) -> None:
    """A sum has the same value without a member that has none any more."""
    facts = (
        make_fact(derivation=Derivation("sum", members=Members("EU", count))) for count in (27, 26)
    )
    old, new = (replace(ONE, facts=(fact,), text="Text.") for fact in facts)
    assert why(diff(tmp_path, (old,), (new,))) == [("1.1.1@AT", ["how the figures are derived"])]


@pytest.mark.parametrize("side", ["old", "new"])
def test_change_in_what_is_not_known_any_more_is_no_other_order(tmp_path: Path, side: str) -> None:
    """A run that broke off has left other evidence: the record keeps what its text tells."""
    told = make_fact(1)
    old, new = (
        replace(
            ONE,
            facts=(told, make_fact(2, subject="Gas", value=value)),
            others={"facts": (told,), "origins": {}},
        )
        for value in (1.0, 2.0)
    )
    folders = {"old": save_run(tmp_path / "old", old), "new": save_run(tmp_path / "new", new)}
    other = save_run(tmp_path / "other", replace(ONE, facts=(make_fact(value=9.0),)))
    name = "evidence/1.1.1@AT.json"
    (folders[side] / name).write_bytes((other / name).read_bytes())
    found = compare(folders["old"], folders["new"])
    assert why(found) == [("1.1.1@AT", ["evidence: figures that its text does not state"])]


def test_fact_that_is_gone_is_told_although_a_run_broke_off(tmp_path: Path) -> None:
    """What the old text told, and the whole evidence of the new run does not have."""
    old = save_run(tmp_path / "old", ONE)
    new = save_run(tmp_path / "new", replace(ONE, facts=(make_fact(subject="Gas"),), text="None."))
    (old / "evidence/1.1.1@AT.json").write_bytes((new / "evidence/1.1.1@AT.json").read_bytes())
    (section,) = compare(old, new).sections
    assert [str(fact) for fact in section.causes[0].facts] == [
        "Wind/2021/Austria no longer looked at: 6.48\xa0TWh (Generation)"
    ]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("sheet.titles", "titles in the sheet"),
        ("sheet.guidelines", "the sheet's text guidelines"),
        ("settings.tone", "tone and audience"),
        ("upstream.1.1.2@AT", "upstream 1.1.2@AT"),
        ("edit", "a person's edit"),
        ("moon", "moon"),
    ],
)
def test_part_of_the_key_is_told_in_words(tmp_path: Path, part: str, words: str) -> None:
    """And a part that is not known by its name."""
    old, new = replace(ONE, parts={part: "a"}), replace(ONE, parts={part: "b"})
    found = diff(tmp_path, (old, TWO), (new, TWO))
    assert why(found) == [("1.1.1@AT", [words])]
    assert not found.sections[0].is_text_changed


def test_other_model_is_named(tmp_path: Path) -> None:
    """With the passes and prompts of the writer, where they differ."""
    writers = (
        {"writer_model": "gpt-5", "prompts": "1", "passes": "draft", "provider": "openai"},
        {
            "writer_model": "gpt-5.1",
            "prompts": "2",
            "passes": "draft, summary",
            "provider": "openai",
        },
    )
    old, new = (
        replace(ONE, parts={"writer": str(number)}, others={"writer": writer})
        for number, writer in enumerate(writers)
    )
    words = "model gpt-5 → gpt-5.1; prompts; passes draft → draft, summary"
    assert why(diff(tmp_path, (old,), (new,))) == [("1.1.1@AT", [words])]


def test_key_in_one_part_is_compared_with_one_in_pieces() -> None:
    """Runs of an earlier version do not tell what of the sheet was what."""
    old = {"sheet": "a", "evidence": "e"}
    new = {"sheet.titles": "b", "sheet.notes": "c", "evidence": "e"}
    assert changed_parts(old, new) == ("sheet",)
    assert changed_parts(new, old) == ("sheet",)


def test_status_is_told(tmp_path: Path) -> None:
    """Also of a section that had no text, and of one that has none now."""
    degraded = replace(ONE, others={"status": "degraded", "reason": "no answer"})
    assert why(diff(tmp_path, (ONE,), (degraded,))) == [
        ("1.1.1@AT", ["status: written → degraded"])
    ]
    missing = replace(TWO, others={"status": "written"})
    old = save_run(tmp_path / "a", ONE)
    new = save_run(tmp_path / "b", ONE, missing)
    body = {
        "1.1.1@AT": {"status": "written"},
        "1.1.2@AT": {"title": TWO.title, "status": "missing"},
    }
    save_run(old, ONE, sections=body)
    found = compare(old, new)
    assert why(found) == [("1.1.2@AT", ["status: missing → written"])]


def test_text_written_anew_from_the_same_inputs(tmp_path: Path) -> None:
    """As a model does that is asked again."""
    again = replace(ONE, text="By wind came {F1}.")
    found = diff(tmp_path, (ONE,), (again,))
    assert why(found) == [("1.1.1@AT", ["rewritten from the same inputs"])]
    assert found.sections[0].is_text_changed


def test_row_put_in_before_others_makes_none_of_them_new(tmp_path: Path) -> None:
    """Sections with another id and the same text have moved."""
    old = (ONE, TWO)
    new = (ONE, replace(THREE, section_id="1.1.2@AT"), replace(TWO, section_id="1.1.3@AT"))
    found = diff(tmp_path, old, new)
    assert [(s.section_id, s.change, s.old_id) for s in found.sections] == [
        ("1.1.2@AT", "added", ""),
        ("1.1.3@AT", "moved", "1.1.2@AT"),
    ]
    assert found.unchanged == 1


def test_moved_sections(tmp_path: Path) -> None:
    """Another order, another chapter, another id."""
    found = diff(tmp_path, (ONE, TWO, THREE), (TWO, THREE, ONE))
    assert [(s.section_id, s.change) for s in found.sections] == [("1.1.1@AT", "moved")]
    found = diff(tmp_path, (ONE, TWO), (ONE, replace(TWO, chapter="2")))
    assert [(s.section_id, s.change) for s in found.sections] == [("1.1.2@AT", "moved")]
    found = diff(tmp_path / "third", (ONE, TWO), (ONE, replace(TWO, section_id="1.2.1@AT")))
    assert [(s.section_id, s.old_id, s.change) for s in found.sections] == [
        ("1.2.1@AT", "1.1.2@AT", "moved")
    ]
    assert found.unchanged == 1


def test_section_can_be_changed_and_moved(tmp_path: Path) -> None:
    """It counts as changed, and both are told."""
    changed = replace(ONE, facts=(make_fact(value=1.0),))
    (section,) = diff(tmp_path, (ONE, TWO, THREE), (TWO, THREE, changed)).sections
    assert (section.change, section.is_moved) == ("changed", True)


def test_evidence_of_another_run_is_not_taken_for_the_records_own(tmp_path: Path) -> None:
    """A run that broke off leaves today's evidence beside records of before."""
    changed = replace(ONE, facts=(make_fact(value=6.71), make_fact(2, subject="Gas")))
    old, new = save_run(tmp_path / "old", ONE), save_run(tmp_path / "new", changed)
    other = save_run(tmp_path / "other", replace(ONE, facts=(make_fact(value=9.0),)))
    name = "evidence/1.1.1@AT.json"
    (old / name).write_bytes((other / name).read_bytes())
    (section,) = compare(old, new).sections
    assert [str(fact) for fact in section.causes[0].facts] == [
        "Wind/2021/Austria 6.48 → 6.71\xa0TWh (Generation)"
    ]


def test_checks_and_cost_of_both_runs(tmp_path: Path) -> None:
    """Of the runs, and of the section."""
    old = save_run(tmp_path / "old", ONE, calls={"cost_usd": 1.5})
    new = save_run(tmp_path / "new", replace(ONE, text="None."), checks={}, calls={"cost_usd": 2})
    found = compare(old, new)
    assert (found.old.cost_usd, found.new.cost_usd) == (1.5, 2.0)
    assert (found.old.checks, found.new.checks) == ({"supported": 1}, {})
    (section,) = found.sections
    assert section.old is not None
    assert section.new is not None
    assert (section.old.checks, section.new.checks) == ({"supported": 1}, {})


def test_diff_survives_json(tmp_path: Path) -> None:
    """What machines read holds all of it."""
    changed = replace(ONE, facts=(make_fact(value=6.71),))
    found = diff(tmp_path, (ONE, TWO), (changed, THREE))
    assert ReportDiff.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (2.78, 2.91, ("2.78", "2.91")),
        (65.901, 65.904, ("65.901", "65.904")),
        (0.1 + 0.2, 0.3, ("0.30000000000000004", "0.30000000000000000")),
        (2870.43, 2875.83, ("2,870.4", "2,875.8")),
        (2.298, 2.29, ("2.298", "2.290")),
        (6.0, 12.0, ("6", "12")),
        (0.5, 1200.0, ("0.5", "1,200.0")),
        (37.18, 0.0, ("37.2", "0.0")),
        (-0.0, 0.4, ("0.0", "0.4")),
        (-3.0, -4.5, ("\N{MINUS SIGN}3.0", "\N{MINUS SIGN}4.5")),
        (3.0, 3.0, ("3", "3")),
        (1e300, 2e300, None),
    ],
)
def test_values_are_shown_so_that_they_differ(
    old: float, new: float, shown: tuple[str, str] | None
) -> None:
    """Two digits of the difference, three of the larger, and the same decimals on both sides."""
    assert shown is None or as_distinct(old, new) == shown
    assert old == new or as_distinct(old, new)[0] != as_distinct(old, new)[1]


def test_rank_among_more_places_is_told() -> None:
    """The same rank among others is not the same."""
    change = FactChange(
        delta="changed",
        table="ETM",
        place="Austria",
        subject="Wind",
        metric="Generation rank",
        period="2021",
        unit="rank",
        old=9,
        new=9,
        old_among=26,
        new_among=27,
    )
    assert str(change) == "Wind/2021/Austria 9 of 26 → 9 of 27 (Generation rank)"


def test_changed_headline_is_told(tmp_path: Path) -> None:
    """Though the text beneath it is the same; its figures and claims are those of the section."""
    facts = (make_fact(1), make_fact(2, period="2015", value=4.84))
    old = replace(ONE, facts=facts, others={"headline": "Wind reached {F1}"})
    new = replace(ONE, facts=facts, others={"headline": "Wind grew from {F2}"})
    found = diff(tmp_path, (old, TWO), (new, TWO))
    assert why(found) == [("1.1.1@AT", ["rewritten from the same inputs"])]
    (section,) = found.sections
    assert section.is_text_changed
    assert found.reads_otherwise
    assert section.old is not None
    assert section.new is not None
    assert section.old.headline == "Wind reached 6.48\xa0TWh"
    assert section.new.headline == "Wind grew from 4.84\xa0TWh"
    assert section.new.checks == {"supported": 2}
    assert [(figure.old, figure.new) for figure in section.figures] == [("", "4.84\xa0TWh")]
