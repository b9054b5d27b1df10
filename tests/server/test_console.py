"""The console of a deployed run, whose reader is its worker."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from server.processes import _RUNS
from tests.conftest import without_python_settings
from tests.servers.running import ROOT

SETTING = "PREFECT_LOGGING_HANDLERS_CONSOLE_CLASS"
RUN = """
from prefect.logging import get_logger
from prefect.logging.configuration import setup_logging
setup_logging()
for line in ("one", "two", "\\x1b]0;title\\x07\\x9b2J three"):
    get_logger("run").warning(line)
raise SystemExit(7)
"""


@pytest.mark.slow
@pytest.mark.parametrize("is_read", [True, False])
def test_run_goes_on_when_nobody_reads_its_console(is_read: bool) -> None:
    """Its lines are shown as long as somebody reads them; Prefect's own handler would end it."""
    reader, writer = os.pipe()
    if not is_read:
        os.close(reader)
    own = {SETTING: _RUNS[SETTING], "PREFECT_LOGGING_LEVEL": "INFO"}
    environment = {**without_python_settings(), **own}
    ended = subprocess.run([sys.executable, "-c", RUN], stderr=writer, env=environment, cwd=ROOT)
    os.close(writer)
    assert ended.returncode == 7
    if is_read:
        with os.fdopen(reader, encoding="utf-8") as lines:
            said = lines.read()
        assert "one" in said
        assert "two" in said
        assert r"\x1b]0;title\x07\x9b2J three" in said
        assert "\x1b]0" not in said
