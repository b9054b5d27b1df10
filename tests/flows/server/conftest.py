"""What tests of the server's commands share."""

from __future__ import annotations

import socket

import pytest


@pytest.fixture
def free() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
