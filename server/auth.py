"""The server's authentication string, stored where only its owner can read it."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from server.config_error import config_error


@dataclass(frozen=True)
class AuthString:
    """An authentication string and where it came from.

    Attributes:
        text: The string; never printed.
        source: The environment variable or the file that holds it.
        is_new: Whether it was just generated.
    """

    text: str
    source: str
    is_new: bool = False


def auth_file() -> Path:
    """The file that holds this user's string, outside every checkout."""
    return platformdirs.user_config_path("factbook", appauthor=False) / "server-auth"


def kept_auth_string() -> AuthString | None:
    """The string in this user's file; None when there is no such file.

    Raises:
        ConfigError: Others can read the file, or it is empty.
    """
    path = auth_file()
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    if stat.S_IMODE(mode) & 0o077:
        raise config_error(
            "auth-file", f"users other than its owner can read {path}", f"Run chmod 600 '{path}'"
        )
    if not text:
        raise config_error(
            "auth-file", f"{path} is empty", f"Run rm '{path}', then start the server again"
        )
    return AuthString(text, str(path))


def made_auth_string() -> AuthString:
    """The string in this user's file; generated when there is none.

    Raises:
        ConfigError: As `kept_auth_string`.
    """
    kept = kept_auth_string()
    if kept is not None:
        return kept
    path = auth_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = f"factbook:{secrets.token_urlsafe(24)}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{text}\n")
    return AuthString(text, str(path), is_new=True)
