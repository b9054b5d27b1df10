"""The sliding windows of the model server's limits."""

from __future__ import annotations

import pytest

from model_server.limits import Window, duration


def test_window_slides() -> None:
    """A use counts for the length of the window and no longer."""
    window = Window("requests", 2, 60.0)
    window.use(100.0, 1)
    window.use(130.0, 1)
    assert window.wait_seconds(159.9, 1) == pytest.approx(0.1)
    assert window.wait_seconds(160.0, 1) == 0.0
    window.use(160.0, 1)
    assert window.wait_seconds(160.0, 1) == pytest.approx(30.0)


def test_window_waits_for_as_much_as_is_needed() -> None:
    """The wait lasts until enough of the oldest uses are forgotten; too much never fits."""
    window = Window("tokens", 100, 60.0)
    for at, used in ((0.0, 40), (10.0, 30), (20.0, 30)):
        window.use(at, used)
    assert window.wait_seconds(30.0, 40) == pytest.approx(30.0)
    assert window.wait_seconds(30.0, 41) == pytest.approx(40.0)
    assert window.wait_seconds(30.0, 101) == 60.0


def test_window_tells_what_is_left() -> None:
    """The headers have limit, rest, and the time until all of it is there again."""
    window = Window("tokens", 100, 60.0)
    window.use(0.0, 40)
    assert window.headers(52.5) == {
        "x-ratelimit-limit-tokens": "100",
        "x-ratelimit-remaining-tokens": "60",
        "x-ratelimit-reset-tokens": "7.5s",
    }
    later = window.headers(60.0)
    assert later["x-ratelimit-remaining-tokens"] == "100"
    assert later["x-ratelimit-reset-tokens"] == "0ms"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0ms"), (0.12, "120ms"), (7.5, "7.5s"), (59.9996, "60s"), (62, "1m2s"), (360, "6m0s")],
)
def test_durations_are_written_as_openai_does(seconds: float, said: str) -> None:
    """Milliseconds below a second, minutes from 60."""
    assert duration(seconds) == said
