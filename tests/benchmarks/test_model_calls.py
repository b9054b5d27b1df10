"""The benchmark of model calls runs; how fast is not asserted."""

from pathlib import Path

import pytest

from tests.benchmarks.running import figures_of


@pytest.mark.slow
def test_model_calls_measures_sections_and_rate(tmp_path: Path) -> None:
    """A few sections and calls give positive figures, and never more requests than allowed."""
    file = tmp_path / "calls.json"
    options = ("--sections", "4", "--seconds", "0.05", "--rate-seconds", "1")
    kept, printed = figures_of("model_calls.py", file, *options)
    assert kept["sections"]["sections"] == 4
    assert kept["sections"]["first request to last answer"] >= 0.05
    assert kept["rate"]["busiest 60 s"] == kept["rate"]["requests"] <= 600
    # A busy machine bunches what arrives in one second; bursts are asserted on the limiter's own
    # clock in tests/llm/limits. All 26 at once would be 20 times the limit or more.
    assert kept["rate"]["throughput ÷ limit"] <= 2
    assert printed.count("| --") + printed.count("|---") >= 2
