"""Approval from a shell: a report waits, and a person decides about that very one."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from factbook.cli.app import app
from tests.cli.test_cli import FACTBOOK, environment
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.servers.running import NOTHING, RunningServer

MakeProject = Callable[..., Path]
ASKING = ("--set", "provider=openai")
IN_THREADS = ("--engine", "threads")
KEY = "the-right-key"
SECONDS_OF_A_CALL = 600.0
"""Of one that is not to be waited for."""
SECONDS_TO_ANSWER = 120.0
QUICK = """
[limits]
requests_per_minute = 60000
tokens_per_minute = 1000000000
"""
WAITING = '\nreview = true\nsub_task_list = ["1.1.1"]\noutputs = ["md"]\n'

model_server = fixtures.model_server


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, model_server: Serve) -> Serve:
    """The provider that runs of this test ask."""

    def serve(scenario: Mapping[str, Any] = NOTHING) -> RunningServer:
        server = model_server({"key": KEY, **scenario})
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        return server

    return serve


@dataclass(frozen=True)
class Done:
    """What a command has said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Done]


@pytest.fixture
def factbook(capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line in this process, where nobody sits at a terminal."""

    def call(*arguments: str | Path) -> Done:
        code = app([str(one) for one in arguments], result_action="return_value")
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return call


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def folder_of(project: Path) -> Path:
    """The run folder."""
    return project / "out" / "electricity-in-europe"


def state_of(project: Path) -> str:
    """How the last run ended, as run.json tells."""
    return str(manifest(project)["outcome"]["state"])


class Terminal:
    """The command line on a terminal.

    Attributes:
        process: Its process.
        said: All that it has said.
    """

    def __init__(self, home: Path, cwd: Path, *arguments: str | Path) -> None:
        self._master, slave = pty.openpty()
        self.said = ""
        self.process = subprocess.Popen(
            [str(FACTBOOK), *map(str, arguments)],
            env={**environment(home), "COLUMNS": "120"},
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        self._from = 0

    def __enter__(self) -> Terminal:
        """It is gone after the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, should it not have ended."""
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def say(self, line: str) -> None:
        """Type a line."""
        self._from = len(self.said)
        os.write(self._master, f"{line}\n".encode())

    def wait_for(self, text: str) -> None:
        """Wait until it says something, after what was typed last."""
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while text not in self.said[self._from :]:
            assert time.monotonic() < deadline, self.said
            assert self._listen(), self.said

    def end(self) -> int:
        """Wait for its end; its exit code."""
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while self._listen():
            assert time.monotonic() < deadline, self.said
        return self.process.wait(SECONDS_TO_ANSWER)

    def _listen(self) -> bool:
        """Take in what it says; False when it has ended."""
        if select.select([self._master], [], [], 0.2)[0]:
            try:
                self.said += os.read(self._master, 65536).decode(errors="replace")
            except OSError:
                return False
            return True
        return self.process.poll() is None


def manifest(project: Path) -> dict[str, Any]:
    """What run.json tells."""
    body: dict[str, Any] = json.loads((folder_of(project) / "run.json").read_text())
    return body


def exported(project: Path) -> list[str]:
    """Suffixes of the report's files."""
    return sorted(path.suffix for path in folder_of(project).glob("*-selection.*"))


@pytest.mark.slow
def test_report_waits_until_it_is_approved(make_project: MakeProject, factbook: Command) -> None:
    """Without a terminal a run ends with 3 and a draft; approved, it is exported."""
    project = make_project(before=WAITING)
    done = factbook("run", project)
    assert done.returncode == 3, done.stderr
    assert "waits for approval" in done.stdout
    assert state_of(project) == "AwaitingApproval"
    assert not exported(project)
    draft = folder_of(project) / "electricity-in-europe-draft.html"
    assert "Austria" in draft.read_text(encoding="utf-8")
    approved = factbook("approve", project, "--yes")
    assert approved.returncode == 0, approved.stderr
    assert exported(project) == [".md"]
    assert not draft.exists()
    nothing = factbook("approve", project, "--yes")
    assert nothing.returncode == 2
    assert "Nothing waits for approval" in nothing.stderr


@pytest.mark.slow
def test_decision_is_about_the_report_that_was_shown(
    make_project: MakeProject, factbook: Command
) -> None:
    """A figure changed meanwhile: the report is not approved unseen, it waits again."""
    project = make_project(before=WAITING)
    assert factbook("run", project).returncode == 3
    table = project / "etm.csv"
    table.write_text(table.read_text().replace("Austria,Solar,2021,", "Austria,Solar,2021,9", 1))
    done = factbook("approve", project, "--yes")
    assert done.returncode == 3, done.stdout
    assert "has changed since it was shown" in done.stdout
    assert not exported(project)
    assert factbook("approve", project, "--yes").returncode == 0


@pytest.mark.slow
def test_decision_is_about_the_settings_of_the_report(
    make_project: MakeProject, factbook: Command
) -> None:
    """With others, sections would be written anew before anybody looks: nothing is begun."""
    project = make_project(before=WAITING)
    asked = ("--set", "guideline_level=advanced")
    assert factbook("run", project, *asked).returncode == 3
    before = (folder_of(project) / "run.json").read_bytes()
    other = ("--set", "limits.max_repairs=0", "--set", "limits.max_facts=7")
    done = factbook("approve", project, "--yes", *other)
    assert done.returncode == 2
    told = "guideline_level, limits.max_facts, limits.max_repairs"
    assert f"written with other settings: {told}. Give --set" in done.stderr
    assert (folder_of(project) / "run.json").read_bytes() == before
    of_no_text = ("--set", "keep_runs=2", "--set", "limits.max_in_flight=2")
    done = factbook("approve", project, "--yes", *asked, *of_no_text)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_changed_text_fails_a_run_after_its_approval_as_well(
    make_project: MakeProject, factbook: Command
) -> None:
    """What --fail-on-change asks of the run that waits holds when it goes on."""
    project = make_project(before=WAITING)
    assert factbook("run", project, "--set", "review=false").returncode == 0
    table = project / "etm.csv"
    table.write_text(table.read_text().replace("Austria,Solar,2021,", "Austria,Solar,2021,9", 1))
    done = factbook("run", project, "--fail-on-change")
    assert done.returncode == 3, done.stderr
    done = factbook("approve", project, "--yes")
    assert done.returncode == 1, done.stdout
    assert "sections differ from the last run: 1.1.1@AT" in done.stdout


@pytest.mark.slow
def test_rejected_report_is_not_exported(make_project: MakeProject, factbook: Command) -> None:
    """Rejected ends with 0, and an unchanged report is not asked about again when not wanted."""
    project = make_project(before=f"{WAITING}only_if_changed = true\n")
    assert factbook("run", project).returncode == 3
    done = factbook("approve", project, "--reject")
    assert done.returncode == 0
    assert state_of(project) == "Rejected"
    assert not exported(project)
    again = factbook("run", project)
    assert again.returncode == 0
    assert "Cached: Nothing has changed" in again.stdout


@pytest.mark.slow
def test_report_is_approved_with_what_it_lacks(
    make_project: MakeProject, factbook: Command, asked: Serve
) -> None:
    """What a person was shown as refused is not tried again behind their back; what it took counts.

    Another run of the report, not a decision, does try again, and is another report.
    """
    server = asked({"faults": [{"kind": "content_filter", "section": "1.1.1@AT"}]})
    project = make_project(before=WAITING, after=QUICK)
    assert factbook("run", project, *ASKING).returncode == 3
    shown = manifest(project)
    made = len(server.ledger())
    assert shown["calls"]["this_run"]["made"] == made
    server.set_scenario({"key": KEY})
    server.clear_ledger()

    approved = factbook("approve", project, "--yes", *ASKING)

    assert approved.returncode == 1, approved.stderr
    assert not server.ledger()
    told = manifest(project)
    assert told["outcome"]["state"] == "Incomplete"
    assert told["sections"]["1.1.1@AT"]["status"] == "refused"
    assert told["calls"]["this_run"] == shown["calls"]["this_run"]
    assert told["times"]["section_seconds"] == shown["times"]["section_seconds"]
    assert told["times"]["elapsed_seconds"] > shown["times"]["elapsed_seconds"]

    assert factbook("run", project, *ASKING).returncode == 3
    assert {hit.call_id.split("/")[0] for hit in server.ledger()} >= {"1.1.1@AT"}
    again = manifest(project)
    assert again["sections"]["1.1.1@AT"]["status"] == "written"
    assert again["sections"]["1.1.1@AT"]["key"] == told["sections"]["1.1.1@AT"]["key"]
    assert again["outcome"]["review"] != shown["outcome"]["review"]


@pytest.mark.slow
def test_sections_are_rewritten_before_the_report_waits_again(
    make_project: MakeProject, factbook: Command, asked: Serve
) -> None:
    """The named section is asked for, and what depends on it; nothing is exported."""
    server = asked()
    project = make_project(before=WAITING, after=QUICK)
    assert factbook("run", project, *ASKING).returncode == 3
    server.clear_ledger()
    rewrite = ("--rewrite", "1.1.1@AT", "--note", "shorter", *ASKING)
    done = factbook("approve", project, *rewrite)
    assert done.returncode == 3, done.stderr
    rewritten = {hit.call_id.split("/")[0] for hit in server.ledger()}
    assert {"1.1.1@AT"} <= rewritten <= {"1.1.1@AT", "conclusion@AT"}
    assert "shorter" in (project / "notes" / "1.1.1@AT.md").read_text(encoding="utf-8")
    assert state_of(project) == "AwaitingApproval"
    assert not exported(project)


@pytest.mark.parametrize(
    "options", [("--yes", "--reject"), ("--yes", "--rewrite", "1.1.1@AT"), ("--note", "shorter")]
)
def test_decision_is_one(options: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Two of them, or a note without sections, are an error of usage."""
    assert app(["approve", ".", *options], result_action="return_value") == 2
    assert "Give one of --yes, --reject and --rewrite" in capsys.readouterr().err


@pytest.mark.slow
def test_terminal_is_asked(make_project: MakeProject, home: Path, tmp_path: Path) -> None:
    """On a terminal the run shows what it wrote, asks, and goes on with the answer."""
    project = make_project(before=WAITING)
    with Terminal(home, tmp_path, "run", project, *IN_THREADS) as terminal:
        terminal.wait_for("reject]")
        terminal.say("approve")
        assert terminal.end() == 0, terminal.said
    assert "No claim is contradicted" in terminal.said
    assert exported(project) == [".md"]


@pytest.mark.slow
def test_person_who_gives_no_answer_leaves_the_report_waiting(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """The end of input (Ctrl-D) is no decision, and no error of the program."""
    project = make_project(before=WAITING)
    with Terminal(home, tmp_path, "run", project, *IN_THREADS) as terminal:
        terminal.wait_for("reject]")
        terminal.say("\x04")
        assert terminal.end() == 3, terminal.said
    assert state_of(project) == "AwaitingApproval"
    assert "Traceback" not in terminal.said


@pytest.mark.slow
def test_interrupt_after_a_rewrite_lets_go_of_its_calls(
    make_project: MakeProject, home: Path, tmp_path: Path, asked: Serve
) -> None:
    """Ctrl-C reaches the run that goes on with a note, and the bar shows where it stands."""
    server = asked()
    project = make_project(before=WAITING, after=QUICK)
    with Terminal(home, tmp_path, "run", project, *IN_THREADS, *ASKING) as terminal:
        terminal.wait_for("reject]")
        server.set_scenario({"key": KEY, "latency_seconds": SECONDS_OF_A_CALL})
        server.clear_ledger()
        terminal.say("rewrite")
        terminal.wait_for("Sections to rewrite")
        terminal.say("1.1.1@AT")
        terminal.wait_for("Note to the writer")
        terminal.say("shorter")
        terminal.wait_for("with 1 model calls")
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while not server.ledger():  # shown as in flight a moment before it arrives
            assert time.monotonic() < deadline, terminal.said
            time.sleep(0.05)
        began = time.monotonic()
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end() == 130, terminal.said
    assert time.monotonic() - began < SECONDS_OF_A_CALL / 2
    assert {hit.call_id.split("/")[0] for hit in server.ledger()} == {"1.1.1@AT"}
