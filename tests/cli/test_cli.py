"""The command line in processes of its own, as a user starts it."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from factbook.cli.app import app

MakeProject = Callable[..., Path]
FACTBOOK = Path(sys.executable).with_name("factbook")
SLOW_WRITER = """
import sys, time
from factbook.writing import offline
from factbook.writing.offline import writer
write = writer.OfflineWriter.write
def slow(self, job):
    time.sleep(0.5)
    return write(self, job)
writer.OfflineWriter.write = slow
from flows.main import main
main()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def environment(home: Path) -> dict[str, str]:
    """The environment of a user with an empty home folder and no Prefect of their own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT")}
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": str(_CACHE)}


# The migrated database takes seconds to make; tests share one, as runs of a user do.
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))


def factbook(*arguments: str | Path, home: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        [str(FACTBOOK), *map(str, arguments)],
        env=environment(home),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
def test_run_from_another_folder(make_project: MakeProject, home: Path, tmp_path: Path) -> None:
    """A run from elsewhere than the checkout works, and leaves nothing in the home folder."""
    project = make_project()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = factbook("run", project, "--out", tmp_path / "out", home=home, cwd=elsewhere)
    assert done.returncode == 0, done.stderr
    for line in (
        "Running 4 objectives (chapters) concurrently",
        "Running 2 tasks concurrently for objective 1",
    ):
        assert line in done.stderr
    assert re.search(r"\| ThreadPool\S+ \| 1\.1\.1@AT written in", done.stderr)
    for text in ("Time taken: ", "Sequential time replaced: ", "peak memory: ", "run.json"):
        assert text in done.stdout
    assert "\N{ESCAPE}" not in done.stdout + done.stderr
    assert not list(elsewhere.iterdir())
    assert not list(home.iterdir())
    assert not (project / "out").exists()
    assert not _servers(home)


@pytest.mark.slow
def test_run_on_threads_and_unchanged_run_on_either_engine_need_no_prefect(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """No server is started, and nothing of Prefect is imported; a changed run would do both."""
    project = make_project(before='outputs = ["csv", "md"]\n')
    for engine in ("threads", "threads", "prefect"):
        code = (
            "import sys\n"
            f"sys.argv = ['factbook', 'run', {str(project)!r}, '--engine', {engine!r}]\n"
            "import flows.private_server\n"
            "flows.private_server.PrivateServer = None\n"
            "from flows.main import main\n"
            "try:\n    main()\n"
            "finally:\n    print('prefect' in sys.modules)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(home),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == "False"
    assert "23 sections: 0 written now" in done.stdout


def _servers(home: Path) -> set[int]:
    """Private servers of a user that still run."""
    found = set()
    for process in psutil.process_iter(["cmdline"]):
        with suppress(psutil.Error):  # gone meanwhile
            is_server = any(
                "private_server_process.py" in part for part in process.info["cmdline"] or ()
            )
            if is_server and process.environ().get("HOME") == str(home):
                found.add(process.pid)
    return found


@pytest.mark.slow
def test_run_with_bad_inputs_tells_all_and_writes_nothing(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """Problems of configuration come at once with exit 2; nothing is written or called."""
    project = make_project(before='provider_ = "offline"\nchecks = "none"')
    before = sorted(project.rglob("*"))
    done = factbook("run", project, home=home, cwd=tmp_path)
    assert done.returncode == 2
    assert "provider_" in done.stderr
    assert "did you mean 'provider'" in done.stderr.lower()
    assert "'checks' is 'none'" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(project.rglob("*")) == before


@pytest.mark.slow
def test_run_with_bad_sheet_and_bad_data_tells_both(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """Problems of the sheet and of the data come together."""
    project = make_project()
    inputs = Path(__file__).parent.parent / "inputs"
    shutil.copy(inputs / "hostile" / "04_orphan_task.xlsx", project / "prompt_sheet.xlsx")
    text = (project / "etm.csv").read_text(encoding="utf-8").replace(",2021,", ",20x1,", 1)
    (project / "etm.csv").write_text(text, encoding="utf-8")
    done = factbook("run", project, home=home, cwd=tmp_path)
    assert done.returncode == 2
    assert "'99'" in done.stderr
    assert "20x1" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "out").exists()


@pytest.mark.slow
def test_run_into_unwritable_folder_stops_before_the_start(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """A file where the output folder should be is told with exit 3."""
    (tmp_path / "file").write_text("here already")
    done = factbook("run", make_project(), "--out", tmp_path / "file", home=home, cwd=tmp_path)
    assert done.returncode == 3
    assert "cannot be written to" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_check_counts_and_needs_no_prefect(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """`check --json` counts chapters, sections and calls, without importing Prefect."""
    project = make_project()
    code = (
        "import sys\n"
        f"sys.argv = ['factbook', 'check', {str(project)!r}, '--json']\n"
        "from flows.main import main\n"
        "try:\n    main()\n"
        "finally:\n    print('prefect' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(home),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr.strip() == "False"
    found = json.loads(done.stdout)
    assert found["ok"] is True
    assert found["counts"]["chapters"] == 4
    assert found["counts"]["sections"] == 23
    assert found["counts"]["calls"] == 0
    assert not (project / "out").exists()


@pytest.mark.slow
def test_objectives_of_the_command_line_are_a_setting(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run would write these chapters alone."""
    chosen = ["--objectives", "1,2", "--set", "conclude_report=false", "--dry-run", "--json"]
    assert app(["run", str(make_project()), *chosen], result_action="return_value") == 0
    ids = [one["section_id"] for one in json.loads(capsys.readouterr().out)["sections"]]
    assert {section_id.partition(".")[0] for section_id in ids} == {"1", "2"}


@pytest.mark.slow
@pytest.mark.parametrize("command", [("check",), ("run", "--dry-run")])
def test_strict_takes_warnings_as_errors(
    make_project: MakeProject, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without it they are told."""
    arguments = [*command, str(make_project(before="add_feedback = true"))]
    assert app(arguments, result_action="return_value") == 0
    assert app([*arguments, "--strict"], result_action="return_value") == 2
    assert "add_feedback" in capsys.readouterr().err


def test_usage_error_ends_with_2(home: Path, tmp_path: Path) -> None:
    """An unknown option is an error of input."""
    done = factbook("run", ".", "--nonsense", home=home, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.fixture
def engine() -> str:
    """What carries the work of a slow run."""
    return "prefect"


@pytest.fixture
def slow_run(
    make_project: MakeProject, home: Path, tmp_path: Path, engine: str
) -> Iterator[subprocess.Popen[str]]:
    """A run whose sections take half a second each, four at a time."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", SLOW_WRITER, "run", str(make_project())),
            *("--out", str(tmp_path / "out"), "--set", "limits.max_workers=4"),
            *("--engine", engine),
        ],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["prefect", "threads"])
def test_interrupt_keeps_what_is_finished(slow_run: subprocess.Popen[str], tmp_path: Path) -> None:
    """Ctrl-C ends the run with 130 before all is written, and says how to go on."""
    assert slow_run.stderr is not None
    for line in slow_run.stderr:
        if " written in " in line:
            break
    slow_run.send_signal(signal.SIGINT)
    output, errors = slow_run.communicate(timeout=300)
    assert slow_run.returncode == 130, errors
    assert "continues from there" in output
    assert "No report is exported yet" in output
    folder = tmp_path / "out" / "electricity-in-europe"
    kept = len(list((folder / "records").iterdir()))
    assert 1 <= kept < 23
    assert f"{kept} of 23 sections are done and kept, {kept} of them new" in output
    rows = [
        row
        for path in folder.glob("objective_*_results.csv")
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    ]
    assert len(rows) == kept
    assert {row["status"] for row in rows} == {"written"}
    assert not (folder / "electricity-in-europe.pdf").exists()
    assert not (folder / ".lease.json").exists()


@pytest.mark.slow
def test_terminal_shows_live_progress(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """On a terminal there is a live count of sections instead of log lines."""
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", SLOW_WRITER, "run", str(make_project())),
            *("--out", str(tmp_path / "out"), "--engine", "threads", "--set", 'outputs=["csv"]'),
        ],
        env={**environment(home), "TERM": "xterm-256color", "COLUMNS": "120"},
        stdout=terminal,
        stderr=terminal,
        stdin=terminal,
    )
    os.close(terminal)
    seen = b""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if select.select([main], [], [], 0.5)[0]:
            try:
                seen += os.read(main, 65536)
            except OSError:  # the terminal is closed
                break
    os.close(main)
    assert process.wait(timeout=120) == 0
    text = seen.decode(errors="replace")
    assert re.search(r"\d+/23 sections", text)
    assert "in flight" in text
    assert "written in" not in text
    assert "Time taken" in text


@pytest.mark.slow
def test_server_ends_with_a_killed_run(slow_run: subprocess.Popen[str], tmp_path: Path) -> None:
    """After kill -9 of the run its server ends by itself, and the next run goes on."""
    assert slow_run.stderr is not None
    for line in slow_run.stderr:
        if " written in " in line:
            break
    servers = [
        child
        for child in psutil.Process(slow_run.pid).children(recursive=True)
        if any("private_server_process.py" in part for part in child.cmdline())
    ]
    assert len(servers) == 1
    folder = Path(servers[0].cwd())
    slow_run.kill()
    servers[0].wait(timeout=120)
    assert not folder.exists()
