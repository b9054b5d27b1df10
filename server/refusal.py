"""How the commands of the server refuse a setting: one finding, which says what and the remedy."""

from __future__ import annotations

from factbook.errors import ConfigError, Finding


def refusal(code: str, message: str, remedy: str, *, allowed: str = "") -> ConfigError:
    """The error of one thing that does not do.

    Args:
        code: What it is about; `server.` is put before it.
        message: One sentence without a full stop: what is wrong.
        remedy: What to do about it, likewise.
        allowed: What is allowed there.
    """
    finding = Finding(
        severity="error",
        code=f"server.{code}",
        message=message,
        remedy=remedy,
        allowed=allowed,
    )
    return ConfigError([finding])
