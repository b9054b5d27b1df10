"""The documents agree with the code that they describe."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from factbook.config.project import ProjectConfig

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
    """No link of the README or of a page under docs leads nowhere."""
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


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
