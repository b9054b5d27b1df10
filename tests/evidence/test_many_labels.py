"""Tables with thousands of distinct names: the work grows with them, not with their square."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.project_config import Data, ProjectConfig
from factbook.data.dataset import load_dataset
from factbook.evidence.build import EvidenceBuilder
from factbook.sheet.models import PromptSheet, SubTask
from tests.evidence.conftest import HEAD
from tests.growth import Work, assert_in_proportion

SUB_TASK = SubTask(
    row=2, id="1.1.1", task_id="1.1", title="Mix", description="Mix", input="ETM",
    geographic_level="country",
)  # fmt: skip
ROWS = {
    "sectors": "Austria,Sector {n},2020,{n},Generation,TWh",
    "units": "Austria,Sector,2020,{n},Generation,U{n}",
    "properties": "Austria,Sector,2020,{n},Property {n},TWh",
    "sectors of properties": "Austria,Sector {n},2020,{n},Property {n},TWh",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ROWS)
def test_time_grows_in_proportion_to_distinct_labels(tmp_path: Path, kind: str) -> None:
    """Reading, checking, and the evidence of a section, with a new label in each row."""

    def evidence_of(count: int) -> Work:
        file = f"{count}.csv"
        rows = (ROWS[kind].format(n=number) for number in range(1, count + 1))
        (tmp_path / file).write_text("\n".join([HEAD, *rows]), encoding="utf-8")
        config = ProjectConfig(data=Data(etm=file))
        sheet = PromptSheet(objectives=(), tasks=(), sub_tasks=(SUB_TASK,), categories=())

        def work() -> None:
            dataset, _ = load_dataset(tmp_path, config)
            builder = EvidenceBuilder(sheet, dataset, config)
            builder.coverage_findings(sheet)
            evidence = builder.build("1.1.1@AT", SUB_TASK, dataset.countries[0])
            assert evidence.facts

        return work

    assert_in_proportion(evidence_of, 2000)
