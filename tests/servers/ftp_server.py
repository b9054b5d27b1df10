"""A file server for tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ftplib import FTP, all_errors
from pathlib import Path

from tests.on_server.services import LOOPBACK, Service, free_port, running

USER = "reports"


@contextmanager
def ftp_server(folder: Path, password: str) -> Iterator[str]:
    """A server of FTP on loopback, which one user may write to; gives ``HOST:PORT``.

    Args:
        folder: What it serves; it exists.
        password: The user's; that of `USER`.
    """
    port = free_port()
    command = [sys.executable, "-m", "pyftpdlib", "--interface", LOOPBACK, "--port", str(port)]
    command += ["--write", "--directory", str(folder), "--username", USER, "--password", password]
    log = folder.with_name(f"{folder.name}-log")
    log.mkdir()
    with running(Service("ftp", command, os.environ, log), lambda: _answers(port)):
        yield f"{LOOPBACK}:{port}"


def _answers(port: int) -> bool:
    with FTP(timeout=10) as client:  # noqa: S321 - on loopback
        try:
            return client.connect(LOOPBACK, port).startswith("220")
        except all_errors:
            return False
