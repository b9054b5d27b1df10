"""Runs on a Dask cluster of their own, from a shell; what runs on others is in tests/on_server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from factbook.config.project_config import ProjectConfig
from factbook.config.settings import Settings
from factbook.project.config_findings import config_findings
from factbook.project.reach import Reach

MakeProject = Callable[..., Path]
FACTBOOK = str(Path(sys.executable).with_name("factbook"))
ON_DASK = ("runner=dask", "limits.max_workers=4")
SLUG = "electricity-in-europe"
MARK = "FACTBOOK_TEST_MARK"
WITHOUT_EXTRA = """
import sys
sys.modules["prefect_dask"] = None
from flows.main import main
main()
"""
IMPORTED = """
import sys
from flows.main import main
try:
    main()
finally:
    print("imported:", sorted({"dask", "distributed", "prefect_dask"} & set(sys.modules)))
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """That of a user with an empty home folder; a mark tells all processes of the test."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT")}
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    mark = uuid4().hex
    yield {**kept, "HOME": str(home), "XDG_CACHE_HOME": cache, MARK: mark}
    for process in marked(mark):
        process.kill()


def marked(mark: str) -> list[psutil.Process]:
    """Processes of a test that still live."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def run(
    environment: dict[str, str], project: Path, out: Path, *settings: str, program: str = ""
) -> subprocess.Popen[str]:
    """Start a run."""
    assignments = [part for setting in settings for part in ("--set", setting)]
    command = [sys.executable, "-c", program] if program else [FACTBOOK]
    return subprocess.Popen(
        [*command, "run", str(project), "--out", str(out), "--set", "outputs=csv,md", *assignments],
        env=environment,
        cwd=project.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def report(out: Path) -> dict[str, bytes]:
    """Files that tell what was written."""
    folder = out / SLUG
    names = [path.name for pattern in ("*.csv", "*.md") for path in folder.glob(pattern)]
    assert len(names) > 4
    return {name: (folder / name).read_bytes() for name in names if name != "calls.csv"}


def keys(out: Path) -> dict[str, str]:
    """Section id → its content key, of all that are written."""
    sections = json.loads((out / SLUG / "run.json").read_bytes())["sections"]
    return {name: body["key"] for name, body in sections.items() if body["status"] == "written"}


@pytest.mark.server
@pytest.mark.parametrize(
    "rows", [(), ("run_task_concurrent=false",)], ids=["side by side", "in a row"]
)
def test_the_report_is_that_of_threads(
    make_project: MakeProject, tmp_path: Path, environment: dict[str, str], rows: tuple[str, ...]
) -> None:
    """Edges inside a chapter included, its sections side by side or in a row; nothing stays behind.

    One line a section is told. The other runner then knows all sections as unchanged.
    """
    edges = "add_introduction_to_task = true\nadd_sub_task_summary = true\n"
    project = make_project(before=f'{edges}objective_list = ["1"]\n')
    said = {}
    for out, settings in {"threads": (), "dask": (*ON_DASK, *rows)}.items():
        process = run(environment, project, tmp_path / out, *settings)
        said[out] = process.communicate(timeout=400)[0]
        assert process.returncode == 0, said[out]
    assert report(tmp_path / "dask") == report(tmp_path / "threads")
    assert keys(tmp_path / "dask") == keys(tmp_path / "threads")
    written = keys(tmp_path / "dask")
    assert len(written) > 15
    for section in written:
        assert said["dask"].count(f" {section} written in ") == 1
    assert marked(environment[MARK]) == []

    again = run(environment, project, tmp_path / "threads", *ON_DASK)
    told = again.communicate(timeout=400)[0]
    assert again.returncode == 0, told
    assert told.count(" unchanged") >= len(written)


@pytest.mark.server
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_cluster_of_its_own_ends_with_the_run(
    make_project: MakeProject, tmp_path: Path, environment: dict[str, str], sign: signal.Signals
) -> None:
    """What is finished is kept, and no process is left behind."""
    slow = Path(__file__).with_name("slow_sections.py")
    environment |= {"DASK_DISTRIBUTED__WORKER__PRELOAD": str(slow)}
    process = run(environment, make_project(), tmp_path / "out", *ON_DASK)
    assert process.stdout is not None
    for line in process.stdout:
        if " written in " in line:
            break
    process.send_signal(sign)
    said = process.communicate(timeout=400)[0]
    assert process.returncode == (-sign if sign == signal.SIGKILL else 130), said
    deadline = time.monotonic() + 120
    while marked(environment[MARK]):
        assert time.monotonic() < deadline, [p.cmdline() for p in marked(environment[MARK])]
        time.sleep(0.1)
    kept = len(list((tmp_path / "out" / SLUG / "records").iterdir()))
    assert 1 <= kept < 23
    if sign != signal.SIGKILL:
        assert "continues from there" in said


@pytest.mark.slow
def test_without_the_extra_it_says_what_to_install(
    make_project: MakeProject, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Exit 2, before anything is written."""
    process = run(environment, make_project(), tmp_path / "out", *ON_DASK, program=WITHOUT_EXTRA)
    said = " ".join(process.communicate(timeout=400)[0].split())
    assert process.returncode == 2, said
    assert "pip install 'factbook[dask]'" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_threads_need_nothing_of_dask(
    make_project: MakeProject, tmp_path: Path, environment: dict[str, str]
) -> None:
    """A run without it imports none of its packages."""
    process = run(environment, make_project(), tmp_path / "out", program=IMPORTED)
    said = process.communicate(timeout=400)[0]
    assert process.returncode == 0, said
    assert "imported: []" in said


@pytest.mark.parametrize(
    ("address", "is_right"),
    [
        ("tcp://10.0.0.5:8786", True),
        ("tls://scheduler.example.org:8786", True),
        ("10.0.0.5:8786", True),
        ("tcp://[fd00::5]:8786", True),
        ("tcp://10.0.0.5", False),
        ("http://10.0.0.5:8787", False),
        ("", False),
    ],
)
def test_an_address_that_is_none_is_told(address: str, is_right: bool, tmp_path: Path) -> None:
    """Before the run, with the forms that are allowed."""
    config = ProjectConfig(runner="dask", dask_address=address)
    reach = Reach(tmp_path, Settings())
    found = [f for f in config_findings(config, reach) if f.code == "config.dask-address"]
    assert len(found) == (0 if is_right else 1)
    assert all("tcp://HOST:PORT" in finding.allowed for finding in found)
