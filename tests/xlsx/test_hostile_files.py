"""Hostile and odd workbooks and tables: each gets its answer, in bounded time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.test_growth import sheet_of

from .hostile_cases import CASES, Case, project

ROOT = Path(__file__).parents[2]
RUNNER = Path(__file__).with_name("hostile_runner.py")
MEGABYTES = 600
HONEST = "a large honest project"
SUB_TASKS = 5000
TIMES_AS_LONG = 5
COMMAND_LINE = (
    "nothing wrong",
    "a link to itself",
    "billion laughs",
    "far reference",
    "quote not closed",
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The projects of all cases, by the case's name, and a large honest one."""
    root = tmp_path_factory.mktemp("hostile")
    made = {case.name: root / str(number) for number, case in enumerate(CASES)}
    for case in CASES:
        project(made[case.name])
        case.make(made[case.name])
    made[HONEST] = root / "honest"
    project(made[HONEST])
    (made[HONEST] / "prompt_sheet.xlsx").write_bytes(sheet_of(SUB_TASKS))
    return made


@pytest.fixture(scope="module")
def answers(folders: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """What one process says of all projects, opened one after the other."""
    done = subprocess.run(
        [sys.executable, RUNNER, *folders.values()],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
        timeout=600,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(folders, lines, strict=True))


def test_hostile_cases_are_many_and_of_many_kinds() -> None:
    """The table does not shrink unseen, and no two of its rows have one name."""
    assert len({case.name for case in CASES}) == len(CASES) >= 100


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_file_gets_its_answer(case: Case, answers: dict[str, dict[str, Any]]) -> None:
    """It is accepted, or refused with the finding that is right; there is no traceback."""
    answer = answers[case.name]
    assert answer["crash"] == ""
    found = [(severity, code, line) for severity, code, line in answer["findings"]]
    if not case.code:
        assert answer["accepted"], found
        return
    matching = [line for line in found if case.code in line[1] and case.word in line[2]]
    assert matching, found
    assert answer["accepted"] == all(severity == "warning" for severity, _, _ in found)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_file_takes_little(case: Case, answers: dict[str, dict[str, Any]]) -> None:
    """No input takes much more computing, or more memory, than a large honest one."""
    answer = answers[case.name]
    assert answers[HONEST]["accepted"], answers[HONEST]["findings"]
    assert answer["seconds"] < TIMES_AS_LONG * answers[HONEST]["seconds"]
    assert max(answer["megabytes"], answer["child_megabytes"]) < MEGABYTES


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMAND_LINE)
def test_hostile_file_on_the_command_line(name: str, folders: dict[str, Path]) -> None:
    """``factbook check`` ends with 0 or 2 and says the same."""
    case = next(case for case in CASES if case.name == name)
    done = subprocess.run(
        [sys.executable, "-m", "flows.main", "check", folders[name], "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=300,
    )
    assert done.returncode == (2 if case.code else 0)
    assert "Traceback" not in done.stdout + done.stderr
    assert case.code in json.dumps(json.loads(done.stdout))


def test_hostile_names_write_nothing(folders: dict[str, Path]) -> None:
    """Members whose names climb out of the folder are not unpacked anywhere."""
    assert not Path("/tmp/climbed.xml").exists()  # noqa: S108
    assert sorted(path.name for path in folders["names that climb"].iterdir()) == [
        "etm.csv",
        "project.toml",
        "prompt_sheet.xlsx",
    ]
