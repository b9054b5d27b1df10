"""The authentication string: made once, for its owner alone."""

import stat
from pathlib import Path

import pytest

from factbook.errors import ConfigError
from server.auth import auth_file, kept_auth_string, made_auth_string


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder in which nothing was set up yet."""
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_string_is_made_once_for_its_owner_alone(home):
    """The first start makes it, later ones and all clients find the same."""
    assert kept_auth_string() is None

    made = made_auth_string()
    again = made_auth_string()

    assert made.is_new
    assert not again.is_new
    assert made.text == again.text == kept_auth_string().text
    assert len(made.text) > 30
    assert auth_file().is_relative_to(home)
    assert stat.S_IMODE(auth_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(auth_file().parent.stat().st_mode) == 0o700


def test_two_homes_have_two_strings(home, monkeypatch):
    """It is no constant."""
    first = made_auth_string()
    monkeypatch.setenv("HOME", str(home / "other"))
    assert made_auth_string().text != first.text


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_file_that_others_can_read_is_refused(mode):
    """Neither server nor client uses a string that is none of a secret's, and says the remedy."""
    made_auth_string()
    auth_file().chmod(mode)
    with pytest.raises(ConfigError, match="users other than its owner can read .*chmod 600"):
        made_auth_string()


def test_empty_file_is_refused():
    """An empty string would let everybody in."""
    made_auth_string()
    auth_file().write_text("\n")
    with pytest.raises(ConfigError, match=r"is empty.*rm "):
        kept_auth_string()
