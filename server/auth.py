"""The authentication string that the server asks for, kept where only its owner reads it."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from server.refusal import refusal


@dataclass(frozen=True)
class AuthString:
    """An authentication string and where it came from.

    Attributes:
        text: The string; never printed.
        source: The environment variable or the file that it stands in.
        is_new: Whether it was made just now.
    """

    text: str
    source: str
    is_new: bool = False


def auth_file() -> Path:
    """Where this user's string is kept, outside every checkout."""
    return platformdirs.user_config_path("factbook", appauthor=False) / "server-auth"


def kept_auth_string() -> AuthString | None:
    """The string of this user's file; None when there is no such file.

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
        raise refusal("auth-file", f"others than its owner can read {path}", f"chmod 600 '{path}'")
    if not text:
        raise refusal(
            "auth-file", f"{path} is empty", f"Remove it, and start the server again: rm '{path}'"
        )
    return AuthString(text, str(path))


def made_auth_string() -> AuthString:
    """The string of this user's file, made when there is none.

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
