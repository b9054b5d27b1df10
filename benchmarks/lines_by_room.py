"""Lines of code by room, and what is larger than the bounds that CONTRIBUTING.md states.

``python benchmarks/lines_by_room.py [--json]``
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("factbook", "flows", "tasks", "server", "model_server", "benchmarks", "tests")
LIBRARY = "factbook"
MOST_LINES_OF_A_FUNCTION = 60
MOST_PUBLIC_METHODS = 15
MOST_LINES_OF_A_FLOW_MODULE = 200


@dataclass(frozen=True)
class Excess:
    """Something that is larger than its bound.

    Attributes:
        what: ``function``, ``class`` or ``module``.
        name: Where it is: ``flows/chapter.py`` or ``flows/chapter.py:ChapterFlow.run``.
        size: Lines, or public methods.
        most: The bound.
    """

    what: str
    name: str
    size: int
    most: int


def room_of(path: Path) -> str:
    """The room of a module, below the root: ``factbook/sheet``, ``flows``, ``tests/llm``."""
    parts = path.relative_to(ROOT).parts
    has_rooms = parts[0] in (LIBRARY, "tests") and len(parts) > 2
    return "/".join(parts[:2]) if has_rooms else parts[0]


def modules(packages: tuple[str, ...] = PACKAGES) -> Iterator[Path]:
    """All modules of packages, in the order of their names."""
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def lines_by_room() -> dict[str, tuple[int, int]]:
    """Room → its modules and its lines, blank ones and comments among them."""
    count, lines = Counter[str](), Counter[str]()
    for path in modules():
        room = room_of(path)
        count[room] += 1
        lines[room] += len(path.read_text(encoding="utf-8").splitlines())
    return {room: (count[room], lines[room]) for room in lines}


def excesses() -> list[Excess]:
    """What is larger than its bound, in what is shipped and in the benchmarks; not in tests."""
    found: list[Excess] = []
    for path in modules(tuple(name for name in PACKAGES if name != "tests")):
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        size = len(text.splitlines())
        if name.startswith("flows/") and size > MOST_LINES_OF_A_FLOW_MODULE:
            found.append(Excess("module", name, size, MOST_LINES_OF_A_FLOW_MODULE))
        found += _excesses_in(ast.parse(text), f"{name}:")
    return found


def _excesses_in(tree: ast.AST, prefix: str) -> Iterator[Excess]:
    for node in ast.iter_child_nodes(tree):
        inner = prefix
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = f"{prefix}{node.name}."
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > MOST_LINES_OF_A_FUNCTION:
                yield Excess("function", prefix + node.name, size, MOST_LINES_OF_A_FUNCTION)
        elif isinstance(node, ast.ClassDef):
            inner = f"{prefix}{node.name}."
            size = len(_public_methods(node))
            if size > MOST_PUBLIC_METHODS:
                yield Excess("class", prefix + node.name, size, MOST_PUBLIC_METHODS)
        yield from _excesses_in(node, inner)


def _public_methods(node: ast.ClassDef) -> set[str]:
    """Names of what a class offers: methods and properties; a setter is no other one."""
    methods = (one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
    return {method.name for method in methods if not method.name.startswith("_")}


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON for machines")
    rooms, found = lines_by_room(), excesses()
    if parser.parse_args().json:
        told = {"rooms": rooms, "excesses": [asdict(one) for one in found]}
        print(json.dumps(told, indent=2))
        return
    print(f"{'room':<24}{'modules':>8}{'lines':>9}")
    for room, (count, lines) in rooms.items():
        print(f"{room:<24}{count:>8}{lines:>9,}")
    all_modules, all_lines = (sum(numbers) for numbers in zip(*rooms.values(), strict=True))
    print(f"{'in all':<24}{all_modules:>8}{all_lines:>9,}")
    for one in found:
        unit = "public methods" if one.what == "class" else "lines"
        print(f"{one.what} {one.name} has {one.size} {unit}; at most {one.most}", file=sys.stderr)


if __name__ == "__main__":
    main()
