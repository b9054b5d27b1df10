"""What all tests share."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples" / "europe-electricity"
TWO_COUNTRIES = '[countries]\nAT = "Austria"\nFR = "France"\n'


def copy_example(folder: Path, before: str = "", after: str = "") -> Path:
    """Make a project folder: the example with two countries, and text added to its file."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("out"))
    path = folder / "project.toml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\[countries\]\n(?:[A-Z]{2} = .*\n)+", TWO_COUNTRIES, text)
    path.write_text(f"{before}\n{text}\n{after}\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """What a run sets for the log of its process does not reach the next test."""
    logger = logging.getLogger("factbook")
    level, propagate, handlers = logger.level, logger.propagate, list(logger.handlers)
    yield
    logger.setLevel(level)
    logger.propagate, logger.handlers = propagate, handlers


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Path]:
    """Makes project folders in the test's own; see `copy_example`."""

    def make(before: str = "", after: str = "", name: str = "project") -> Path:
        return copy_example(tmp_path / name, before, after)

    return make
