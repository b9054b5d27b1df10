"""A project folder made of a few files, and the real figures in tests/inputs/data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import DataSet, load_dataset
from factbook.errors import DataError, Finding

INPUTS = Path(__file__).parent.parent / "inputs" / "data"


class Load(Protocol):
    """Loads a project made of the given files."""

    def __call__(
        self, files: Mapping[str, str | bytes], **config: Any
    ) -> tuple[DataSet, tuple[Finding, ...]]:
        """The data and the warnings."""


class Refuse(Protocol):
    """Loads a project that must be refused."""

    def __call__(self, files: Mapping[str, str | bytes], **config: Any) -> list[Finding]:
        """All findings of the error."""


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write files into a project folder and load it."""

    def write_and_load(
        files: Mapping[str, str | bytes], **config: Any
    ) -> tuple[DataSet, tuple[Finding, ...]]:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_dataset(tmp_path, ProjectConfig(**config))

    return write_and_load


@pytest.fixture
def refuse(load: Load) -> Refuse:
    """Write files into a project folder and give the findings with which it is refused."""

    def write_and_refuse(files: Mapping[str, str | bytes], **config: Any) -> list[Finding]:
        with pytest.raises(DataError) as raised:
            load(files, **config)
        return list(raised.value.findings)

    return write_and_refuse


@pytest.fixture(scope="session")
def europe() -> DataSet:
    """The real figures: nine countries, 2017 to 2021, with Great Britain dropped."""
    config = ProjectConfig.model_validate(
        {
            "data": {
                "etm": "etm_long.csv",
                "plexos": "plexos_like",
                "nodes": "nodal_split.csv",
                "borders": "borders_europe.csv",
            },
            "places": {"drop": ["Great Britain"]},
        }
    )
    return load_dataset(INPUTS, config)[0]
