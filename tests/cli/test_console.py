"""Text of projects and servers on a terminal: it is shown, and commands nothing."""

from __future__ import annotations

import io
import logging
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.live import Live

from factbook.cli.boundary import print_json
from factbook.cli.console import PlainConsole, PlainFormatter
from factbook.cli.forecast_table import print_forecast
from factbook.config.project_config import ProjectConfig
from factbook.runs.forecast import Forecast

MakeProject = Callable[..., Path]
FACTBOOK = Path(sys.executable).with_name("factbook")
TITLE = "\x1b]0;PWNED\x1b\\ "
CLIPBOARD = "\x1b]52;c;ZXZpbA==\x07"
CLEAR = "\x1b[2J\x9b2J"
OWN = re.compile(rb"\x1b\[(?:[0-9;]*m|[0-9]*[AK]|\?25[hl])")
"""Colours, and what a progress bar moves and hides."""


def test_texts_lose_their_control_characters_and_keep_their_colours() -> None:
    """Whether they are printed, in a table of their own, or above a progress bar."""
    output = io.StringIO()
    console = PlainConsole(file=output, force_terminal=True, color_system="standard")
    console.print(f"[red]a{TITLE}b{CLIPBOARD}[/]\tc\nd", highlight=False)
    with Live(f"busy{CLEAR}", console=console):
        console.print(f"above{CLEAR}", markup=False)
    text = output.getvalue()
    assert "\x1b[31ma\\x1b]0;PWNED" in text
    assert not re.search(r"\x1b(?!\[)|\x1b\[2J|[\x07\x9b]", text)
    assert "d" in text.splitlines()[1]


def test_log_lines_hold_no_control_characters() -> None:
    """Names of places and files stand in them."""
    record = logging.LogRecord("factbook", logging.INFO, "", 0, "left out: %s", (TITLE,), None)
    assert PlainFormatter("%(message)s").format(record) == "left out: \\x1b]0;PWNED\\x1b\\ "


@pytest.mark.slow
@pytest.mark.parametrize("command", [["check"], ["check", "--json"], ["run", "--engine=threads"]])
def test_project_commands_no_terminal(make_project: MakeProject, command: list[str]) -> None:
    """Its name can hold whatever TOML can."""
    project = make_project()
    toml = project / "project.toml"
    text = re.sub(r"^project_name = .*$", "", toml.read_text(encoding="utf-8"), flags=re.M)
    name = 'project_name = "Evil\\u001b]0;PWNED\\u001b\\\\ \\u009b2J"'
    toml.write_text(f"{name}\n{text}", encoding="utf-8")
    shown = on_terminal([str(FACTBOOK), command[0], str(project), *command[1:]])
    assert len(shown) > 100
    assert not re.search(rb"[\x1b\x07]|\xc2[\x80-\x9f]", OWN.sub(b"", shown))


@pytest.mark.slow
def test_name_writes_no_line_of_its_own(
    make_project: MakeProject, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nor does it turn what stands beside it: it is part of one sentence."""
    project = make_project()
    toml = project / "project.toml"
    text = re.sub(r"^project_name = .*$", "", toml.read_text(encoding="utf-8"), flags=re.M)
    name = 'project_name = "Evil\\nStopped: run rm -rf\\u2028\\u202eyas\\u2066"'
    toml.write_text(f"{name}\n{text}", encoding="utf-8")
    subprocess.run([FACTBOOK, "check", project], check=True)
    shown = capfd.readouterr().out
    assert "Evil\\nStopped: run rm -rf\\u2028\\u202eyas\\u2066: " in shown
    assert not set("\u2028\u202e\u2066") & set(shown)
    print_json({"name": "\u2028\u202eyas\u2066"})
    assert capfd.readouterr().out == '{\n  "name": "\\u2028\\u202eyas\\u2066"\n}\n'


def test_name_of_a_model_is_no_markup() -> None:
    """It stands in the table of the forecast, where a bracket would end the command."""
    tokens = {"input_tokens": 1, "output_tokens": (1, 2), "cost_usd": None}
    one = {"pass_": "draft", "model": "a[/b]\nc", "calls": 1, "stored": 0, **tokens}
    forecast = Forecast.model_validate({"passes": [one], "seconds": {"tokens": 1.0}})
    output = io.StringIO()
    print_forecast(forecast, ProjectConfig(), PlainConsole(file=output))
    assert "a[/b]\\nc" in output.getvalue()


def test_message_of_a_log_is_one_line_and_its_error_has_its_own() -> None:
    """A line end in it is a character like others."""
    try:
        raise ValueError("odd")
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord("factbook", logging.INFO, "", 0, "a\nb\u202e", (), error)
    first, *others = PlainFormatter("%(message)s").format(record).splitlines()
    assert first == "a\\nb\\u202e"
    assert others[-1] == "ValueError: odd"


def on_terminal(command: list[str]) -> bytes:
    """All that a command writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 65_536):
            parts.append(part)
    except OSError:  # the other end was closed
        pass
    os.close(ours)
    process.wait(60)
    return b"".join(parts)
