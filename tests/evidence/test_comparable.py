"""Figures with flags: what is derived of them, what is not, and that it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import load_dataset
from factbook.data.series import Place
from factbook.evidence.build import EvidenceBuilder
from factbook.evidence.facts import Evidence, to_csv_rows
from factbook.evidence.short_form import evidence_body, evidence_of
from factbook.evidence.wording import gap_sentence
from factbook.sheet.models import Objective, PromptSheet, SubTask, Task
from factbook.writing.keys import evidence_id
from tests.evidence.conftest import Ask, chart, pick

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
AUSTRIA = Place("AT", "Austria")


@pytest.fixture
def evidence(tmp_path: Path):
    """Evidence of Austria, or of another place, from rows of a table."""

    def build(rows: str, place: Place = AUSTRIA) -> Evidence:
        (tmp_path / "etm.csv").write_text(HEADER + rows)
        region = {"name": "Three", "members": ["Austria", "France", "Italy"]}
        config = ProjectConfig.model_validate({"data": {"etm": "etm.csv"}, "region": region})
        dataset, _ = load_dataset(tmp_path, config)
        sub_task = SubTask(id="1.1.1", task_id="1.1", title="Gas", input="ETM")
        sheet = PromptSheet(
            objectives=(Objective(id="1", title="A"),),
            tasks=(Task(id="1.1", objective_id="1", title="B"),),
            sub_tasks=(sub_task,),
        )
        return EvidenceBuilder(sheet, dataset, config).build("1.1.1@AT", sub_task, place)

    return build


def rows(**cells: str) -> str:
    """Rows of places: a name → its cells from 2018 on, with blanks between them."""
    return "".join(
        f"{place},Gas,{year},{cell},Consumption,TWh\n"
        for place, texts in cells.items()
        for year, cell in enumerate(texts.split("|"), start=2018)
    )


def kinds(evidence: Evidence) -> dict[str, str]:
    """Kind of a fact of the place itself → its status."""
    return {f.kind: f.status for f in evidence.facts if f.role == "place" and f.period != "2018"}


def test_change_across_a_break_is_not_derived_and_the_gap_says_so(evidence) -> None:
    """A break between two figures that are not flagged themselves counts as well."""
    found = evidence(rows(Austria="1|2 b|3|4", France="1|2|3|4"))
    assert not {"change", "relative change"} & kinds(found).keys()
    [gap] = [gap for gap in found.gaps if gap.kind == "break"]
    assert (gap.place, gap.target) == ("Austria", "2019")
    assert "no change of Consumption (Gas) is given across 2019" in gap_sentence(gap)
    values = {f.period: f.derivation for f in found.facts if f.role == "place" and f.is_value}
    assert values["2018"].scope != values["2021"].scope == values["2019"].scope
    whole = evidence(rows(Austria="1 b|2|3|4", France="1|2|3|4"))
    assert kinds(whole)["change"] == ""  # the break lies before the base
    assert "break" not in [gap.kind for gap in whole.gaps]


def test_what_is_derived_has_the_flags_of_what_it_is_derived_from(evidence) -> None:
    """A change is provisional if one of its values is; a share of the region if its sum is."""
    found = evidence(rows(Austria="1 e|2|3|4 p", France="1|2|3|4 u", Italy="1|1|1|1"))
    assert {kind: flags for kind, flags in kinds(found).items() if kind != "value"} == {
        "change": "e p", "relative change": "e p", "share of region": "u p", "rank": "p",
    }  # fmt: skip
    assert found.flags == {
        "u": "low reliability", "e": "estimated", "p": "provisional",
    }  # fmt: skip
    assert to_csv_rows(found.facts)[0][-1] == "p"


def test_figures_of_another_definition_are_compared_with_no_others(evidence) -> None:
    """Ranks leave such a place out and say so; it has none itself, nor has anyone a share."""
    table = rows(Austria="1|2|3|4", France="1|2|3|5", Italy="1 d|2 d|3 d|9 d")
    found = evidence(table)
    [rank] = [f for f in found.facts if f.kind == "rank" and f.period == "2021"]
    assert (rank.value, rank.among, rank.derivation.differing) == (2, 2, ("Italy",))
    assert not [f for f in found.facts if f.kind == "share of region"]
    assert [gap.members for gap in found.gaps if gap.kind == "definition"] == [("Italy",)]
    italy = evidence(table, Place("IT", "Italy"))
    assert not [f for f in italy.facts if f.kind in ("rank", "share of region")]
    assert [f.status for f in italy.facts if f.kind == "change"][0] == "d"


def test_evidence_files_hold_flags_only_where_there_are_some(evidence) -> None:
    """What is written is read back; a file without flags is what it was."""
    found = evidence(rows(Austria="1|2 b|3|4 p", France="1|2|3|4"))
    body = evidence_body(found, evidence_id(found))
    again = evidence_of({**body, "derivations": [], "facts": [
        {k: v for k, v in fact.items() if k != "derived"} for fact in body["facts"]]})  # fmt: skip
    assert [f.status for f in again.facts] == [f.status for f in found.facts]
    assert again.flags == found.flags
    plain = evidence(rows(Austria="1|2|3|4", France="1|2|3|4"))
    assert "flags" not in evidence_body(plain, evidence_id(plain))
    assert {len(row) for row in to_csv_rows(plain.facts)} == {7}


def test_share_of_a_total_of_another_definition_is_not_derived(ask: Ask) -> None:
    """A flag of any category is one of the total; a share of like parts has it as well."""

    def shares(coal: str) -> list[str]:
        cells = {"Coal": coal, "Gas": "4"}
        rows = [f"Austria,{name},2021,{cell},Consumption,TWh" for name, cell in cells.items()]
        found = ask(chart(), rows=rows).of("AT")
        return [fact.status for fact in pick(found, kind="share of category", subject="Gas")]

    assert shares("5 d") == []
    assert shares("5 p") == ["p"]


def test_difference_of_scenarios_has_the_flags_of_both(ask: Ask) -> None:
    """The reference's flags count, and nothing is set against another definition."""

    def differences(reference: str) -> list[str]:
        text = f"{HEADER.strip()},SCENARIO\n" + "".join(
            f"Austria,Gas,2021,{cell},Consumption,TWh,{name}\n"
            for name, cell in (("Base", reference), ("High", "4 e"))
        )
        scenario = {"role": "scenario", "reference": "Base"}
        table = {"file": "s.csv", "dimensions": {"SCENARIO": scenario}}
        found = ask(chart(), files={"s.csv": text}, source="s", data={"tables": {"s": table}}).of(
            "AT"
        )
        return [fact.status for fact in pick(found, kind="difference to reference")]

    assert differences("5 p") == ["e p"]
    assert differences("5 d") == []


def test_category_of_more_members_than_the_total_has_no_share(ask: Ask) -> None:
    """Austria's wind is not in yet: the EU's total is Germany's alone, its solar power both's."""
    cells = {("Austria", "Wind"): (5, None), ("Austria", "Solar"): (3, 6)}
    cells |= {("Germany", "Wind"): (5, 8), ("Germany", "Solar"): (3, 6)}
    rows = [
        f"{place},{name},{year},{value},Generation,TWh"
        for (place, name), values in cells.items()
        for year, value in zip((2019, 2022), values, strict=True)
        if value is not None
    ]
    found = ask(chart(), rows=rows).of("EU")
    shares = pick(found, kind="share of category", role="region", subject="Solar")
    shares += pick(found, kind="share of category", role="place", subject="Solar")
    assert [(fact.period, fact.value) for fact in shares] == [("2019", 37.5)]
