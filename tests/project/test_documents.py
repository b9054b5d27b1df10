"""The documents agree with the code that they describe."""

import re
import subprocess
from pathlib import Path

import pytest
from pydantic import BaseModel

from factbook.config.project_config import ProjectConfig
from tests.project.test_layers import LAYERS

ROOT = Path(__file__).parents[2]
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
REGISTRY = re.compile(
    r"pypi|pythonhosted|(?<!no-emit-)(index-url|find-links)|https?://\S*/simple\b"
)


def _keys(model: type[BaseModel], prefix: str = "") -> set[str]:
    keys: set[str] = set()
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys |= _keys(kind, f"{prefix}{name}.")
        else:
            keys.add(f"{prefix}{name}")
    return keys


def _rows() -> list[tuple[list[str], str]]:
    """Rows of the tables of docs/configuration.md: their keys and the text of their defaults."""
    rows = []
    for line in CONFIGURATION.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 3:  # key, default, what it is for
            rows.append((re.findall(r"`([^`]+)`", cells[0]), cells[1]))
    return rows


def _default(key: str) -> object:
    value: object = ProjectConfig()
    for part in key.split("."):
        value = getattr(value, part)
    return value


def _as_documented(value: object) -> set[str]:
    """The ways in which a default may be written."""
    if value is None:
        return {"unset", "the sheet's Read me", "first and last year of the data"}
    if isinstance(value, bool):
        return {str(value).lower()}
    if isinstance(value, str):
        return {f'"{value}"'}
    if isinstance(value, int | float):
        return {f"{value:g}", str(value)}
    if isinstance(value, tuple):
        return {"[" + ", ".join(f'"{item}"' for item in value) + "]"}
    return {"{}"}


def test_configuration_page_lists_every_key_once():
    """A key that is added without a row, or a row without a key, is noticed."""
    documented = [key for keys, _ in _rows() for key in keys]

    assert sorted(documented) == sorted(_keys(ProjectConfig))


@pytest.mark.parametrize(("keys", "defaults"), _rows(), ids=lambda value: str(value)[:40])
def test_configuration_page_states_the_real_defaults(keys, defaults):
    """What the page calls the default is the default."""
    written = defaults.replace("`", "").split(":")[0].strip()
    stated = re.split(r",\s+(?![^\[]*\])", written)
    if len(stated) == 1:
        stated *= len(keys)

    assert len(stated) == len(keys)
    for key, text in zip(keys, stated, strict=True):
        assert text in _as_documented(_default(key)), key


def test_readme_links_lead_to_files():
    """No link of a page at the top or under docs leads nowhere."""
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def _layout() -> tuple[list[str], list[str]]:
    """Folders that the README's layout names: those of the tree, and rooms of the library."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^## Layout\n+```\n(.*?)^```", readme, re.M | re.S)
    assert block is not None
    lines = [re.match(r"( *)([\w.-]+)/ +\w", line) for line in block[1].splitlines()]
    assert None not in lines, block[1]
    named = [(line[1], line[2]) for line in lines if line]
    return [n for indent, n in named if not indent], [n for indent, n in named if indent]


def test_layout_of_the_readme_is_the_tree():
    """Each folder is named once, and each that is named is there; rooms in their order."""
    folders, rooms = _layout()
    tracked = [Path(name) for name in _tracked_names()]

    assert sorted(folders) == sorted({name.parts[0] for name in tracked if len(name.parts) > 1})
    of_library = {p.parts[1] for p in tracked if p.parts[0] == "factbook" and len(p.parts) > 2}
    assert sorted(rooms) == sorted(of_library)
    assert rooms == [layer for layer in LAYERS if layer in of_library]


def test_paths_that_contributors_are_told_of_are_there():
    """`factbook/sheet/`, `tests/fuzz`: each path in backticks of CONTRIBUTING.md exists."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folders, _ = _layout()
    top = "|".join(map(re.escape, folders))
    paths = re.findall(rf"`((?:{top})/[\w./-]*)`", text)

    assert len(paths) > 40
    assert [path for path in paths if not (ROOT / path).exists()] == []
    rooms = {path.split("/")[1] for path in re.findall(r"`factbook/\w+/`", text)}
    assert rooms | {"checking", "project", "cli"} == set(_layout()[1])


def test_no_file_names_a_package_registry():
    """Where packages come from is the user's own setting."""
    names = [
        "Makefile",
        "pyproject.toml",
        "constraints.txt",
        "README.md",
        ".ci/run",
        "prefect.yaml",
    ]
    for name in names:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not REGISTRY.search(text), name


def _tracked_names() -> list[str]:
    """Paths of the files of the repository, new ones among them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def _tracked_texts() -> dict[str, str]:
    """Path → text of the files that people and programs read, documents of other kinds apart."""
    kinds = {".py", ".md", ".toml", ".yaml", ".lua", ".j2", ".css", ".typ", ""}
    paths = [ROOT / name for name in _tracked_names()]
    known = [path for path in paths if path.suffix in kinds and path.is_file()]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in known}


def _numbers(text: str) -> set[int]:
    """The numbers that a reference names: `rules 8 and 12`, `faults 12–14`, `Faults 6 to 17`."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?: ?(?:–|to) ?(\d+))?", text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


_LIST = r"((?:\d+(?:,\s+and\s+|,\s+|\s+and\s+|\s+to\s+|–)?)+)"


def _named(word: str) -> dict[str, set[int]]:
    """Where in the code numbers are named behind a word, and which."""
    pattern = re.compile(rf"\b{word}s?\s+(?:# )?{_LIST}", re.I)
    found = {}
    for name, text in _tracked_texts().items():
        if name.endswith(".py") and name != "tests/project/test_documents.py":
            numbers = {number for one in pattern.findall(text) for number in _numbers(one)}
            found |= {name: numbers} if numbers else {}
    return found


def test_rules_that_the_code_names_are_in_the_notes_about_prefect():
    """Each number behind `prefect-notes.md, rule` has its anchor."""
    notes = (ROOT / "docs" / "prefect-notes.md").read_text(encoding="utf-8")
    anchors = [int(number) for number in re.findall(r'<a id="rule-(\d+)"></a>(?=\1 )', notes)]
    named = _named(r"prefect-notes\.md,\s+rule")

    assert named
    assert len(anchors) == len(set(anchors)) == notes.count("\n### ")
    assert {name: numbers - set(anchors) for name, numbers in named.items()} == dict.fromkeys(
        named, set()
    )


@pytest.mark.parametrize(
    ("word", "first_cells"),
    [("fault", r"^\| ([\d, ]+) \|"), ("promise", r"^(\d+)\. \*\*")],
    ids=["faults", "promises"],
)
def test_faults_and_promises_that_tests_name_are_documented(word, first_cells):
    """`Fault 9` in a test leads to a row, and `promise 3` to a paragraph, of docs/guarantees.md."""
    page = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    known = {n for cell in re.findall(first_cells, page, re.M) for n in _numbers(cell)}
    named = {name: numbers for name, numbers in _named(word).items() if name.startswith("tests/")}

    assert named
    assert {name: numbers - known for name, numbers in named.items()} == dict.fromkeys(named, set())


def test_no_file_refers_to_documents_that_are_not_here():
    """Whoever reads the code finds what it refers to: each document that is named is a file."""
    pages = {path.name for path in ROOT.rglob("*.md") if ".venv" not in path.parts}
    of_readers = {"CHANGED.md"}  # a file of theirs, in an example of a command
    unknown = {}
    for name, text in _tracked_texts().items():
        named = set(re.findall(r"\b([A-Z]{4,}\.md)\b", text)) - pages - of_readers
        named |= set(re.findall(r"\b(DESIGN|STYLE guide)[ ,]+(?:section )?\d", text))
        unknown |= {name: named} if named else {}

    assert unknown == {}
