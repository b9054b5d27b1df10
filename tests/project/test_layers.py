"""One way only: flows → tasks → factbook, and inside the library down the list."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("factbook", "flows", "model_server", "server", "tasks")
LAYERS = (
    "errors",
    "names",
    "files",
    "config",
    "xlsx",
    "measures",
    "data",
    "plausibility",
    "sheet",
    "evidence",
    "findings",
    "checking",
    "llm",
    "writing",
    "report",
    "folder",
    "lease",
    "diff",
    "edits",
    "project",
    "explain",
    "init",
    "adopt",
    "runs",
    "cli",
)
"""Rooms of the library from the bottom; one may use those before it."""


@cache
def sources() -> dict[str, ast.Module]:
    """Module name → its syntax tree."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(module: str) -> set[str]:
    """Names that a module imports anywhere in it: modules, and names out of them."""
    found: set[str] = set()
    for node in ast.walk(sources()[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            # What is imported out of a package may be a module of it, and not the package.
            found |= names if names <= set(sources()) else {*names, str(node.module)}
    return found


def modules_used(module: str) -> set[str]:
    """Modules of the project that a module imports."""
    return {name for name in imports(module) if name in sources()} - {module}


def part(module: str) -> str:
    """The part of the library that a module belongs to; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def level(name: str) -> int:
    """Position of a part of the library, from the bottom."""
    return LAYERS.index(name)


@pytest.mark.parametrize("forbidden", ["prefect", "flows", "model_server", "server", "tasks"])
def test_library_knows_nothing_of_the_flows(forbidden: str) -> None:
    """Neither Prefect, nor what runs in it."""
    for module in sources():
        if module.split(".")[0] == "factbook":
            roots = {name.split(".")[0] for name in imports(module)}
            assert forbidden not in roots, module


def test_tasks_know_nothing_of_the_flows() -> None:
    """A Prefect task wraps one call of the library."""
    for module in sources():
        if module.split(".")[0] == "tasks":
            assert "flows" not in {name.split(".")[0] for name in imports(module)}, module


def test_model_server_and_the_rest_know_nothing_of_each_other() -> None:
    """It is a second opinion on the wire format, and an installation without it works."""
    for module in sources():
        own = module.split(".")[0]
        used = {name.split(".")[0] for name in modules_used(module)} - {own}
        assert "model_server" not in used, module
        assert own != "model_server" or not used, module


def test_every_part_of_the_library_has_its_place() -> None:
    """A new folder must be put somewhere in the list."""
    assert {part(m) for m in sources() if m.startswith("factbook.")} == set(LAYERS)


def test_library_is_used_downwards_only() -> None:
    """No part uses one that stands above it."""
    wrong = []
    for module in sources():
        own = part(module)
        if not module.startswith("factbook.") or not own:
            continue
        for used in modules_used(module):
            other = part(used)
            if not used.startswith("factbook.") or other == own:
                continue
            if level(other) > level(own):
                wrong.append(f"{module} imports {used}")
    assert wrong == []


def test_modules_make_no_cycle() -> None:
    """Every module can be imported first."""
    TopologicalSorter({module: modules_used(module) for module in sources()}).prepare()


def test_prefect_tasks_stand_in_one_folder() -> None:
    """`@task` appears in `tasks/` and nowhere else."""
    with_task = {
        module
        for module, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list
        if "task" in ast.unparse(decorator).replace("(", ".").split(".")
    }
    assert with_task
    assert {module.split(".")[0] for module in with_task} == {"tasks"}


@pytest.mark.parametrize("heavy", ["prefect", "pandas", "docx", "typst", "country_converter"])
def test_importing_the_project_imports_nothing_heavy(heavy: str) -> None:
    """`--help` is there at once; nothing imports Prefect until something runs."""
    code = f"import sys, factbook, flows, flows.main; sys.exit('{heavy}' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=400, check=False)
    assert done.returncode == 0


def test_package_inits_import_no_heavy_module() -> None:
    """Importing one module of a package does not load the others."""
    for module in sources():
        if (ROOT / Path(*module.split(".")) / "__init__.py").is_file() and module != "factbook":
            top = [n for n in sources()[module].body if isinstance(n, ast.Import | ast.ImportFrom)]
            names = {a.name for n in top if isinstance(n, ast.Import) for a in n.names}
            names |= {n.module or "" for n in top if isinstance(n, ast.ImportFrom)}
            heavy = {"pandas", "prefect", "docx", "typst", "country_converter"}
            assert not {name.split(".")[0] for name in names} & heavy, module
