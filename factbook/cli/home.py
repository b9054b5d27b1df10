"""The home folder, of which a container's user may have none: no HOME, no entry in passwd."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factbook.errors import ConfigError, Finding

_PREFIX = "factbook-home-"


def require_home() -> None:
    """Refuse to keep something in a home folder that there is not.

    Raises:
        ConfigError: There is none, or one for the time of this command.
    """
    if _has_home() and not Path.home().name.startswith(_PREFIX):
        return
    raise ConfigError(
        [
            Finding(
                severity="error",
                code="config.no-home",
                message="there is no home folder, in which the server's settings are kept: HOME is "
                f"not set, and user {os.getuid()} is not known here",
                remedy="Set HOME to a folder that this user may write to",
            )
        ]
    )


def _has_home() -> bool:
    try:
        Path.home()
    except RuntimeError:
        return False
    return True


@contextmanager
def temporary_home() -> Iterator[None]:
    """A home folder for the time of a command, where there is none: its caches are made anew."""
    if _has_home():
        yield
        return
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        os.environ["HOME"] = folder
        try:
            yield
        finally:
            del os.environ["HOME"]
