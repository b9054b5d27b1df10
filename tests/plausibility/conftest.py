"""A table of a few series, and what is found implausible in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import load_dataset
from factbook.errors import Finding
from factbook.plausibility.editions import Earlier
from factbook.plausibility.look import implausible

YEARS = tuple(map(str, range(2000, 2030)))

Label = tuple[str, str, str, str]
"""Place, category, property and unit of a series."""


class Look(Protocol):
    """Looks at series, which begin in the year 2000."""

    def __call__(
        self,
        series: Mapping[Label, Iterable[float | str]],
        earlier: Iterable[Earlier] = (),
        *,
        periods: Sequence[str] = YEARS,
        **config: Any,
    ) -> dict[str, Finding]:
        """Code → finding, without ``data.implausible-``; each code at most once."""


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Write series into a project, and look at it."""

    def write_and_look(
        series: Mapping[Label, Iterable[float | str]],
        earlier: Iterable[Earlier] = (),
        *,
        periods: Sequence[str] = YEARS,
        **config: Any,
    ) -> dict[str, Finding]:
        lines = [
            f"{place},{subject},{period},{value},{metric},{unit}"
            for (place, subject, metric, unit), values in series.items()
            for period, value in zip(periods, values, strict=False)
        ]
        header = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT"
        (tmp_path / "t.csv").write_text("\n".join((header, *lines)), encoding="utf-8")
        tables = {"data": {"tables": {"t": {"file": "t.csv"}}}}
        settings = ProjectConfig.model_validate({**tables, **config})
        dataset, _ = load_dataset(tmp_path, settings)
        found = implausible(dataset, settings.plausibility, earlier)
        assert len({one.code for one in found}) == len(found)
        return {one.code.removeprefix("data.").removeprefix("implausible-"): one for one in found}

    return write_and_look
