"""What all tests share."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples" / "europe-electricity"
TWO_COUNTRIES = '[countries]\nAT = "Austria"\nFR = "France"\n'


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Path]:
    """Makes a project folder: the example with two countries, and text added to its file."""

    def make(before: str = "", after: str = "", name: str = "project") -> Path:
        folder = tmp_path / name
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("out"))
        path = folder / "project.toml"
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\[countries\]\n(?:[A-Z]{2} = .*\n)+", TWO_COUNTRIES, text)
        path.write_text(f"{before}\n{text}\n{after}\n", encoding="utf-8")
        return folder

    return make
