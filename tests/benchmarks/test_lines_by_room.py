"""The script that counts lines by room, and finds what is larger than its bound."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.lines_by_room import (
    MOST_LINES_OF_A_FUNCTION,
    MOST_PUBLIC_METHODS,
    ROOT,
    Excess,
    _excesses_in,
    room_of,
)

SCRIPT = ROOT / "benchmarks" / "lines_by_room.py"


def printed(*options: str) -> str:
    """What the script prints."""
    command = [sys.executable, str(SCRIPT), *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_script_prints_each_room_with_its_lines():
    """For people and for machines the same: a room a line, and the sum."""
    rooms = json.loads(printed("--json"))["rooms"]
    lines = printed().splitlines()

    assert [line.split()[0] for line in lines[1:-1]] == list(rooms)
    modules = sorted((ROOT / "factbook" / "sheet").rglob("*.py"))
    counted = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in modules)
    assert rooms["factbook/sheet"] == [len(modules), counted]
    total = sum(count for _, count in rooms.values())
    assert int(lines[-1].split()[-1].replace(",", "")) == total


def test_rooms_are_folders_of_the_library_and_of_the_tests():
    """What has no folders of its own is one room."""
    named = {
        "factbook/sheet/graph.py": "factbook/sheet",
        "factbook/writing/offline/writer.py": "factbook/writing",
        "factbook/errors.py": "factbook",
        "flows/artifacts/artifact_keys.py": "flows",
        "tests/llm/limits/test_budget.py": "tests/llm",
    }
    assert {name: room_of(ROOT / Path(name)) for name in named} == named


def test_what_is_larger_than_its_bound_is_found():
    """A function with a line too many, also inside another; a class with a method too many."""
    body = "\n".join(["    pass"] * (MOST_LINES_OF_A_FUNCTION - 1))
    methods = "\n".join(f"    def m{n}(self): ..." for n in range(MOST_PUBLIC_METHODS))
    just = f"def just():\n{body}\nclass Just:\n{methods}\n    def _own(self): ...\n"
    over = f"{just.replace('just', 'over').replace('Just', 'Over')}    def more(self): ...\n"
    over = over.replace("def over():\n", "def over():\n    pass\n")

    assert list(_excesses_in(ast.parse(just), "x.py:")) == []
    assert list(_excesses_in(ast.parse(over), "x.py:")) == [
        Excess("function", "x.py:over", MOST_LINES_OF_A_FUNCTION + 1, MOST_LINES_OF_A_FUNCTION),
        Excess("class", "x.py:Over", MOST_PUBLIC_METHODS + 1, MOST_PUBLIC_METHODS),
    ]
