"""What the server is started with."""

from __future__ import annotations

import prefect.settings
import pytest

from server.processes import _HISTORY, _LASTING


@pytest.mark.slow
def test_settings_of_the_server_are_known_to_prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt one, or one of another version, would pass unnoticed; each has its value."""
    given = _LASTING | _HISTORY
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = prefect.settings.Settings()
    found = {name: getattr(prefect.settings, name).value_from(settings) for name in given}
    assert {name: _as_text(value) for name, value in found.items()} == given


def _as_text(value: object) -> str:
    """A value as it stands in the environment."""
    if isinstance(value, (set, frozenset)):
        return ",".join(sorted(value))
    return f"{value:g}" if isinstance(value, float) else str(value)
