"""Settings that Prefect cannot read: every command that needs them reports each one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

Say = Callable[..., "subprocess.CompletedProcess[str]"]
MakeProject = Callable[..., Path]
FACTBOOK = Path(sys.executable).with_name("factbook")


@pytest.fixture
def said(tmp_path: Path) -> Say:
    """What a command says to settings, in a process of its own: Prefect reads them only once."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}

    def carry_out(*command: str, **values: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [FACTBOOK, *command],
            env={**kept, "HOME": str(tmp_path), **values},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )

    return carry_out


@pytest.mark.parametrize("command", ["start", "setup", "worker", "env"])
def test_server_command_reports_the_setting(said: Say, command: str) -> None:
    """Setting, value, what is allowed and the remedy, and nothing of Prefect's own."""
    done = said("server", command, PREFECT_SERVER_API_PORT="abc")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "error: PREFECT_SERVER_API_PORT is 'abc'. Allowed: a whole number. "
        "Correct it in the environment, or unset it.\n"
    )


@pytest.mark.parametrize("server", [{}, {"PREFECT_API_URL": "http://127.0.0.1:1/api"}])
def test_run_reports_the_setting(
    said: Say, make_project: MakeProject, server: dict[str, str]
) -> None:
    """With a server of its own and with the user's, before anything is written."""
    project = make_project()
    done = said("run", str(project), PREFECT_CLIENT_MAX_RETRIES="-1", **server)
    assert done.returncode == 2
    assert "PREFECT_CLIENT_MAX_RETRIES is '-1'. Allowed: greater than or equal to 0" in done.stderr
    assert "Nothing was written and nothing was called" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "out").exists()


def test_all_settings_are_reported_at_once_without_secrets(said: Say) -> None:
    """Each under the name that it was given by; what may be a secret is not repeated."""
    done = said(
        "server",
        "env",
        PREFECT_LOGGING_LEVEL="loud",
        PREFECT_API_DATABASE_PORT="x",  # the older of two names
        PREFECT_CLIENT_CUSTOM_HEADERS='{"Authorization": "canary-4a',
    )
    assert done.returncode == 2
    assert "PREFECT_LOGGING_LEVEL is 'LOUD'. Allowed: 'DEBUG', 'INFO'" in done.stderr
    assert "PREFECT_API_DATABASE_PORT is 'x'. Allowed: a whole number" in done.stderr
    assert "PREFECT_CLIENT_CUSTOM_HEADERS cannot be read. Allowed: JSON" in done.stderr
    assert done.stderr.count("\n") == 3
    assert "canary" not in done.stderr


@pytest.mark.parametrize("value", ['{"X-Api-Key": 4242}', "4242", '["4242"]'])
def test_value_among_several_is_not_repeated(said: Say, value: str) -> None:
    """Headers are where tokens for a proxy stand."""
    done = said("server", "env", PREFECT_CLIENT_CUSTOM_HEADERS=value)
    assert done.returncode == 2
    assert "PREFECT_CLIENT_CUSTOM_HEADERS has a wrong value" in done.stderr
    assert "4242" not in done.stderr + done.stdout


def test_profile_is_named_as_the_place(said: Say, tmp_path: Path) -> None:
    """A setting that is not in the environment stands in a file."""
    profiles = tmp_path / "profiles.toml"
    text = 'active = "mine"\n[profiles.mine]\nPREFECT_API_AUTH_STRING = 7313\n'
    profiles.write_text(text, encoding="utf-8")
    done = said("server", "env", PREFECT_PROFILES_PATH=str(profiles))
    assert done.returncode == 2
    assert "PREFECT_API_AUTH_STRING has a wrong value" in done.stderr
    assert "in the active profile" in done.stderr
    assert "7313" not in done.stderr


def test_files_of_the_folder_are_not_read(said: Say, tmp_path: Path) -> None:
    """They may be somebody else's: neither what they set nor that it is wrong has an effect."""
    (tmp_path / "prefect.toml").write_text("[server.api\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.prefect]\napi = 1\n", encoding="utf-8")
    (tmp_path / ".env").write_text("PREFECT_API_URL=http://192.0.2.1/api\n", encoding="utf-8")
    done = said("server", "env")
    assert done.returncode == 0, done.stderr
    assert "PREFECT_API_URL=http://127.0.0.1:4200/api" in done.stdout
