"""Each kind of input changed alone: which sections a plan names, and why, in words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from factbook.runs.plan import Plan
from tests.conftest import EXAMPLE, TWO_COUNTRIES
from tests.runs.test_plan import BY_MODEL, edit_sheet, plan_of, write, write_by_model

ALL = "all"
Edit = Callable[[Path], None]


class Base(NamedTuple):
    """A project and a folder that holds its finished report."""

    project: Path
    out: Path


def _base(folder: Path) -> Base:
    project = folder / "project"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("out"))
    path = project / "project.toml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\[countries\]\n(?:[A-Z]{2} = .*\n)+", TWO_COUNTRIES, text)
    path.write_text(text, encoding="utf-8")
    return Base(project, folder / "out")


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """A report by the offline writer."""
    base = _base(tmp_path_factory.mktemp("offline"))
    write(*base)
    return base


@pytest.fixture(scope="module")
def by_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    """A report with stand-in answers, under the keys of a run by a model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-none")
        patch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
        base = _base(tmp_path_factory.mktemp("by-model"))
        write_by_model(*base)
        yield base


def cell(sheet: str, column: str, row_id: str, text: str) -> Edit:
    """Changes a cell of the prompt sheet."""

    def change(tab: Any) -> None:
        head = [cell.value for cell in tab[1]]
        (row,) = (row for row in tab.iter_rows(min_row=2) if str(row[0].value) == row_id)
        row[head.index(column)].value = text

    return lambda project: edit_sheet(project, sheet, change)


def settings(before: str, after: str) -> Edit:
    """Changes a line of the project file."""

    def edit(project: Path) -> None:
        path = project / "project.toml"
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, after), encoding="utf-8")

    return edit


def nothing(project: Path) -> None:
    """Leaves the project as it is."""


def changed(base: Base, tmp_path: Path, edit: Edit, *assignments: str) -> Plan:
    """The plan after a change of a copy of the project."""
    project = tmp_path / "project"
    shutil.copytree(base.project, project)
    edit(project)
    return plan_of(project, base.out, *assignments)


def told(plan: Plan) -> dict[str, set[str]]:
    """Section id → why it would be written: without facts, texts, and what it follows on from."""
    causes = {
        section.section_id: {
            re.sub(r"^evidence: .*|(?<=[a-z]): (?:\"|none →).*", _part, cause, flags=re.DOTALL)
            for cause in section.causes
            if not cause.startswith("upstream ")
        }
        for section in plan.to_write
    }
    return {name: words for name, words in causes.items() if words}


def _part(match: re.Match[str]) -> str:
    """What is left of a cause's details: the name of its part."""
    return "evidence" if match.group().startswith("evidence") else ""


def of(plan: Plan, pattern: str) -> set[str]:
    """The sections with such an id."""
    every = {section.section_id for section in plan.sections}
    return {name for name in every if pattern == ALL or re.fullmatch(pattern, name)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edit", "assignments", "which", "words"),
    [
        (cell("Text Guidelines", "Research Notes", "1.2.1", "See there."), (), r"1\.2\.1@.*",
         "the sheet's research notes and searches"),
        (cell("Text Guidelines", "Standard", "1.2.1", "Write well."), (), r"1\.2\.1@.*",
         "the sheet's text guidelines"),
        (cell("Tasks", "Description", "1.2", "All of it."), (), r"1\.2#.*",
         "the sheet's description"),
        (nothing, ("tone_and_feel.purpose=Sell",), ALL, "tone and audience"),
        (nothing, ("main_context=Another",), ALL, "the report's main context"),
        (nothing, ("writer_model=other",), ALL, "model gpt-5 → other"),
        (nothing, ("openai.temperature=0.3",), ALL, "temperature none → 0.3"),
        (nothing, ("openai.reasoning_effort=low",), ALL, "reasoning_effort none → low"),
        (nothing, ("openai.context_tokens=90000",), ALL, "context_tokens none → 90000"),
        (nothing, ("limits.max_repairs=1",), ALL, "max_repairs 2 → 1"),
        (settings("etm.csv\"", "etm.csv\"\nbad_cells = \"gap\""), (), "none", ""),
        (settings("ETM = \"Ember,", "ETM = \"Ember (2022),"), (), None,
         "where the figures come from"),
        (settings("base_year = 2015", "base_year = 2016"), (), None, "evidence"),
        (settings('["Renewables", "Nuclear"]', '["Renewables"]'), (), None, "evidence"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("by_model")
def test_change_of_an_input_names_its_sections_and_the_cause(
    by_model: Base,
    tmp_path: Path,
    edit: Edit,
    assignments: tuple[str, ...],
    which: str | None,
    words: str,
) -> None:
    """By a model; where only evidence tells which sections, at least one and not all."""
    plan = changed(by_model, tmp_path, edit, *BY_MODEL, *assignments)
    causes = told(plan)
    if which is None:
        assert causes
        said = {cause for one in causes.values() for cause in one}
        # A group without a member that has no value here has the same value as before; what one
        # section has found may be another's to tell now; and another finding may be worth telling
        # where the figures stay the same.
        others = {
            "how the figures are derived",
            "what is worth saying of the figures",
            "which findings other sections tell",
        }
        assert {words} <= said <= {words} | others
    else:
        assert causes == dict.fromkeys(of(plan, which), {words})


@pytest.mark.slow
def test_other_model_for_searches_concerns_sections_with_a_search(
    by_model: Base, tmp_path: Path
) -> None:
    """The others have asked it nothing."""
    plan = changed(by_model, tmp_path, nothing, *BY_MODEL, "search_model=other")
    causes = told(plan)
    assert set(causes) < of(plan, ALL)
    assert all(words == {"model for searches gpt-5-mini → other"} for words in causes.values())
    off = changed(by_model, tmp_path / "off", nothing, *BY_MODEL, "skip_internet_search=true")
    assert set(told(off)) == set(causes)


@pytest.mark.slow
@pytest.mark.parametrize(
    "assignment",
    [
        "limits.budget_usd=50",
        "limits.tokens_per_minute=1000",
        "limits.outage_patience_seconds=5",
        'outputs=["md"]',
        "report_date=2026-05-01",
        "checks=strict",
        "keep_runs=3",
        "base_model=other",
        "sota_model=other",
        "draft_report_conclusion=true",
    ],
)
def test_setting_without_an_effect_on_texts_writes_nothing(
    by_model: Base, tmp_path: Path, assignment: str
) -> None:
    """Neither limits nor outputs, nor a model that is asked nothing."""
    assert changed(by_model, tmp_path, nothing, *BY_MODEL, assignment).to_write == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edit", "assignments", "which", "words"),
    [
        (cell("Text Guidelines", "Standard", "1.2.1", "Write 60-90 words."), (), r"1\.2\.1@.*",
         "the sheet's text guidelines"),
        (nothing, ("add_summary=true",), ALL, "passes draft → draft, summary"),
        (cell("Tasks", "Title", "1.2", "All of it"), (), "none", ""),
        (cell("Objectives", "Title", "1", "All of it"), (), "none", ""),
        (cell("Text Guidelines", "Research Notes", "1.2.1", "See there."), (), "none", ""),
        (nothing, ("tone_and_feel.purpose=Sell", "main_context=Another"), "none", ""),
        (nothing, ("writer_model=other", "limits.max_repairs=1"), "none", ""),
    ],
)  # fmt: skip
def test_change_of_an_input_offline(
    offline: Base,
    tmp_path: Path,
    edit: Edit,
    assignments: tuple[str, ...],
    which: str,
    words: str,
) -> None:
    """What the offline writer does not read writes nothing."""
    plan = changed(offline, tmp_path, edit, *assignments)
    assert told(plan) == dict.fromkeys(of(plan, which), {words})
    assert {section.section_id for section in plan.to_write} == of(plan, which)


@pytest.mark.slow
def test_changed_brief_offline_concerns_what_is_worth_saying(offline: Base, tmp_path: Path) -> None:
    """The findings of its own sections; others are written again if they now tell others."""
    plan = changed(offline, tmp_path, cell("Sub Tasks", "Description", "1.2.1", "All of it."))
    causes = told(plan)
    for place in ("AT", "FR"):
        assert "what is worth saying of the figures" in causes.pop(f"1.2.1@{place}")
    of_plan = "which findings other sections tell"
    for name, words in causes.items():  # conclusions are made of what their sections tell
        assert words <= {of_plan} or name.startswith("conclusion@")
    assert not any(name.endswith("@EU") for name in causes)


@pytest.mark.slow
def test_changed_title_offline_concerns_what_follows_on_from_it(
    offline: Base, tmp_path: Path
) -> None:
    """Its own sections do not show it; those that follow on name it."""
    plan = changed(offline, tmp_path, cell("Sub Tasks", "Title", "1.2.1", "All of it"))
    causes = {section.section_id: section.causes for section in plan.to_write}
    assert causes == {f"3.1.2@{place}": (f"upstream 1.2.1@{place}",) for place in ("AT", "FR")}
