"""Tests that need a service which is missing."""

from __future__ import annotations

import pytest

from tests.servers.redis_server import leave_out

Failed, Skipped = pytest.fail.Exception, pytest.skip.Exception


@pytest.mark.parametrize(("ci", "ends"), [("true", Failed), ("", Skipped)])
def test_test_without_its_service_fails_in_continuous_integration_alone(
    monkeypatch: pytest.MonkeyPatch, ci: str, ends: type[BaseException]
) -> None:
    """There, one that is left out would be one that nobody runs."""
    monkeypatch.setenv("CI", ci)
    with pytest.raises((Failed, Skipped), match="no Redis") as raised:
        leave_out("no Redis")
    assert raised.type is ends
