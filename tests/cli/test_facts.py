"""``factbook facts``: what code found for sections before anything is written."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from factbook.cli.console import PlainConsole
from factbook.cli.facts import print_overview, print_section, show_facts
from factbook.project.project import Project, open_project
from factbook.project.section_evidence import evidence_of

EXAMPLES = Path(__file__).parents[2] / "examples"
WORLD = EXAMPLES / "world-energy-mix"


def printed(capsys: pytest.CaptureFixture[str], *arguments: Any) -> dict[str, Any]:
    """The JSON of a command that succeeds."""
    folder, section_id = arguments
    assert show_facts(folder, (), section_id, as_json=True) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def lines(project: Project, section_id: str | None, *, terminal: bool = False) -> list[str]:
    """The lines that are printed at 100 columns, without colours."""
    file = io.StringIO()
    console = PlainConsole(file=file, width=100, force_terminal=terminal)
    console._color_system = None
    specs = {spec.id: spec for spec in project.whole.sections if section_id in (None, spec.id)}
    found = evidence_of(project, specs)
    if section_id is None:
        print_overview(project.name, specs, found, project.config.findings, console)
    else:
        for spec, evidence in found:
            print_section(spec, evidence, project.config, console)
    return file.getvalue().splitlines()


@pytest.fixture(scope="module")
def world() -> Project:
    """The example with tables of its own: one year here, many there."""
    return open_project(WORLD)


def in_full(raw: dict[str, Any], fact: dict[str, Any]) -> dict[str, Any]:
    """A fact of an evidence file, the lists that it shares with others put in."""
    derived = fact.get("derived", {"operation": "value"})
    return {
        **fact,
        "derived": raw["derivations"][derived] if isinstance(derived, int) else derived,
        "sources": [raw["rows"][number] for number in fact.get("sources", ())],
    }


def test_json_of_all_sections_is_what_the_run_has_written(
    finished_once: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each finding and fact stands as it does in the evidence file, and no section is left out."""
    [evidence_folder] = (finished_once / "out").glob("*/evidence")
    body = printed(capsys, finished_once, None)
    files = {path.name: orjson.loads(path.read_bytes()) for path in evidence_folder.iterdir()}
    by_section = {raw["section"]: raw for raw in files.values()}
    sections = {one["section"]: one for one in body["sections"]}
    assert sections.keys() == by_section.keys()
    findings = 0
    for section_id, raw in by_section.items():
        one = sections[section_id]
        assert (one["evidence"], one["extent"]) == (raw["id"], raw["extent"])
        assert (one["gaps"], one["place"]) == (raw["gaps"], raw["place"])
        facts = [{k: v for k, v in fact.items() if k != "shown"} for fact in one["facts"]]
        assert facts == [in_full(raw, fact) for fact in raw["facts"]]
        told = [
            {k: v for k, v in finding.items() if k not in ("why", "said")}
            | {"strength": list(finding["strength"].values())}
            for finding in one["findings"]
        ]
        assert told == raw.get("findings", [])
        findings += len(told)
    assert findings > 50


@pytest.mark.slow
def test_json_of_a_section_is_that_of_all(
    finished_once: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is told elsewhere, too, as the plan is of the whole report; generated sections alike."""
    every = {one["section"]: one for one in printed(capsys, finished_once, None)["sections"]}
    told_elsewhere = next(
        name for name, one in every.items() if any("told_in" in f for f in one["findings"])
    )
    for section_id in (told_elsewhere, "conclusion@AT"):
        assert printed(capsys, finished_once, section_id)["sections"] == [every[section_id]]


def test_findings_come_first_and_say_why(world: Project) -> None:
    """The strongest first; its facts by role with value, place, period, derivation and rows."""
    shown = lines(world, "3.2.1@DE")
    assert shown[0] == "3.2.1@DE CO2 emissions per head from 1990 to 2010, Germany"
    heads = [line for line in shown if re.match(r"\d+\. ", line)]
    scores = [float(head.split(": ")[2].split(";")[0]) for head in heads]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 1
    first = shown.index(heads[0])
    for part in ("size", "rarity", "recency", "request", "score"):
        assert any(line.startswith(f"   {part}") for line in shown[first : first + 8]), part
    facts = shown.index("Facts")
    assert facts > shown.index(heads[-1])
    [change] = [line for line in shown[facts:] if line.startswith("  F4: ")]
    assert change == (
        "  F4: -29.3263631293%: Total, CO2 emissions per head relative change, Germany, 1990–2010; "
        "(2010 minus 1990) ÷ 1990 × 100; emissions.csv: 5"
    )
    assert any(line.startswith("     now F1: 9.05581625 t/head: ") for line in shown[:facts])


def test_finding_is_said_in_a_sentence(world: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """With its figures as readers see them, below its heading."""
    [section] = printed(capsys, WORLD, "3.2.1@DE")["sections"]
    said = [finding["said"] for finding in section["findings"]]
    assert all(one.endswith(".") and "{" not in one for one in said)
    shown = lines(world, "3.2.1@DE")
    heads = [at for at, line in enumerate(shown) if re.match(r"\d+\. ", line)]
    plain = [one.replace("\N{NO-BREAK SPACE}", " ") for one in said]
    assert [shown[at + 1].strip() for at in heads] == plain


def test_finding_that_another_section_tells_says_which(world: Project) -> None:
    """As the plan over the whole report has it."""
    specs = {spec.id: spec for spec in world.whole.sections if spec.sub_task is not None}
    found = {spec.id: evidence.findings for spec, evidence in evidence_of(world, specs)}
    section_id = next(name for name, every in found.items() if any(f.told_in for f in every))
    told = [finding.told_in for finding in found[section_id] if finding.told_in]
    shown = lines(world, section_id)
    assert [line.partition("; told in ")[2] for line in shown if "; told in " in line] == told


def test_overview_has_a_line_for_each_section_in_the_order_of_the_sheet(world: Project) -> None:
    """With how much was found; of a section without anything to tell it says why."""
    *shown, last = lines(world, None)
    ids = [spec.id for spec in world.whole.sections]
    assert [line[: len(name) + 1] for line, name in zip(shown, ids, strict=True)] == [
        f"{name} " for name in ids
    ]
    assert all(" fact" in line for line in shown)
    assert last.startswith(f"{world.name}: ")
    assert f" in {len(ids)} sections. " in last


@pytest.mark.parametrize("section_id", [None, "2.1.1@DE"])
def test_terminal_of_100_columns_holds_every_line(world: Project, section_id: str | None) -> None:
    """Tables fold their cells, sentences are wrapped; nothing is cut."""
    shown = lines(world, section_id, terminal=True)
    assert max(map(len, shown)) <= 100
    assert not any("…" in line for line in shown)


@pytest.mark.parametrize("as_json", [True, False])
def test_unknown_section_is_refused_with_the_nearest(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    """Exit code 2, for people and for machines."""
    assert show_facts(WORLD, (), "3.2.1@DX", as_json=as_json) == 2
    out, err = capsys.readouterr()
    if as_json:
        [finding] = json.loads(out)["findings"]
        assert finding["code"] == "section.unknown"
        assert "3.2.1@DE" in finding["allowed"]
    else:
        assert "3.2.1@DE" in err
        assert out == ""


def test_all_errors_of_a_project_come_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As with ``check``; nothing is derived of wrong inputs."""
    project = Path(shutil.copytree(WORLD, tmp_path / "project", ignore=_no_out))
    (project / "electricity.csv").unlink()
    (project / "emissions.csv").write_text("country\nGermany\n", encoding="utf-8")
    assert show_facts(project, (), None, as_json=True) == 2
    codes = {one["code"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert "data.missing-file" in codes
    assert len(codes) > 1
    assert show_facts(project, ("limits.max_facts=x",), None, as_json=False) == 2
    assert "limits.max_facts" in capsys.readouterr().err


def test_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither into the project, nor an output folder."""
    project = Path(shutil.copytree(WORLD, tmp_path / "project", ignore=_no_out))
    before = sorted(tmp_path.rglob("*"))
    assert show_facts(project, (), None, as_json=False) == 0
    assert show_facts(project, (), "1.1.1@US", as_json=False) == 0
    assert sorted(tmp_path.rglob("*")) == before
    capsys.readouterr()


def test_settings_count(capsys: pytest.CaptureFixture[str]) -> None:
    """With ``--set`` the weights of findings can be tried."""
    assert show_facts(WORLD, ("findings.least=99",), "3.2.1@IN", as_json=True) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["least"] == 99
    assert body["sections"][0]["findings"]
    assert "reaches findings.least, 99" in body["sections"][0]["nothing_to_tell"]


def test_names_of_the_data_command_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Markup of Rich is text, and escape sequences are shown as such."""
    project = Path(shutil.copytree(WORLD, tmp_path / "project", ignore=_no_out))
    table = project / "electricity.csv"
    hostile = "[red]Nuc\x1b]0;title\x07lear[/]"
    table.write_text(
        table.read_text(encoding="utf-8").replace("Nuclear", hostile), encoding="utf-8"
    )
    assert show_facts(project, (), "1.1.1@DE", as_json=False) == 0
    out, _ = capsys.readouterr()
    assert "[red]Nuc\\x1b]0;title\\x07lear[/]" in out
    assert "\x1b" not in out
    assert "\x07" not in out
    shown = "".join(lines(open_project(project), "1.1.1@DE", terminal=True))
    assert "[red]Nuc" in shown
    assert "\x1b]0" not in shown
    assert "\x07" not in shown


def test_neither_prefect_nor_an_exporter_is_imported(tmp_path: Path) -> None:
    """The command costs what reading the project does."""
    heavy = {"prefect", "docx", "typst", "altair", "openai", "genai_prices"}
    code = (
        "import sys\nfrom factbook.cli.app import main\n"
        f"sys.argv = ['factbook', 'facts', {str(WORLD)!r}, '3.2.1@DE']\n"
        f"try:\n    main()\nfinally:\n    print(*({heavy!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr.split() == []
    assert done.stdout.startswith("3.2.1@DE ")


def _no_out(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "out"]
