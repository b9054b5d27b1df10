"""The benchmark of Dask workers runs; how fast is not asserted."""

from pathlib import Path

import pytest

from tests.benchmarks.running import figures_of
from tests.servers import fixtures

redis_url = fixtures.redis_url


@pytest.mark.slow
def test_scale_out_measures_workers_beside_threads(tmp_path: Path, redis_url: str) -> None:
    """Four sections give a row for threads and one for workers, no more at once than asked."""
    file = tmp_path / "scale-out.json"
    options = ("--sections", "4", "--seconds", "0.05", "--threads", "1", "--redis", redis_url)
    kept, printed = figures_of("scale_out.py", file, *options)
    assert [row["runner"] for row in kept["runners"]] == ["threads", "dask"]
    for row in kept["runners"]:
        assert row["first request to last answer"] >= 0.05
        assert row["÷ ideal"] > 0
        assert 1 <= row["most in flight"] <= row["at once"] == 2
    assert "dask" in printed
