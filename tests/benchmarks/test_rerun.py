"""The benchmark of a report that is run again; how fast is not asserted."""

from pathlib import Path

from tests.benchmarks.running import figures_of


def test_rerun_writes_once_and_makes_no_call(tmp_path: Path) -> None:
    """The first run writes every section, the second none."""
    file = tmp_path / "rerun.json"
    options = ("--sections", "4", "--repeat", "1")
    (first, again), _ = figures_of("rerun.py", file, *options)
    assert (first["run"], again["run"]) == ("first", "again")
    assert first["written"] == first["sections"] == again["sections"] > 4  # with conclusions
    assert (again["written"], again["calls"]) == (0, 0)
    assert again["whole_seconds"] >= again["flow_seconds"] >= again["sections_seconds"] > 0
