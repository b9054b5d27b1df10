"""The error of a wrong setting of the server: one finding, with what is wrong and the remedy."""

from __future__ import annotations

from factbook.errors import ConfigError, Finding


def config_error(code: str, message: str, remedy: str, *, allowed: str = "") -> ConfigError:
    """The error of one wrong setting.

    Args:
        code: The finding's code, without the prefix `server.`.
        message: One sentence without a full stop: what is wrong.
        remedy: What to do about it, likewise.
        allowed: What is allowed.
    """
    finding = Finding(
        severity="error",
        code=f"server.{code}",
        message=message,
        remedy=remedy,
        allowed=allowed,
    )
    return ConfigError([finding])
