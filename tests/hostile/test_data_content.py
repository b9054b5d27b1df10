"""Data that an attacker has written: what is within the limits ends in time, within the memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.projects import CONFIG, make_project
from tests.hostile.worker import GOOD, Order, worker
from tests.workers import Worker

HEAD = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ROW = "{country},{sector},{year},{value},{metric},{unit}\n"
USUAL = {"country": "Austria", "sector": "Wind", "year": "2020", "value": "1",
         "metric": "Generation", "unit": "TWh"}  # fmt: skip
RESULTS = "collection_name,category_name,child_name,property_name,value,unit_name,_date\n"
LONG = 2_000_000

pytestmark = pytest.mark.slow


def rows(count: int, **cells: str) -> str:
    """A table whose cells have the number of their row where they say ``{n}``."""
    row = ROW.format(**(USUAL | cells))
    return HEAD + "".join(row.replace("{n}", str(n)) for n in range(count))


TABLES = {
    "categories": lambda: rows(8_000, sector="S{n}", value="{n}"),
    "more categories": lambda: rows(100_000, sector="S{n}"),
    "categories without end": lambda: rows(3_000_000, sector="S{n}"),
    "comments without end": lambda: (
        HEAD.replace("\n", ",COMMENT\n")
        + "".join(f"Austria,Wind,2020,1,Generation,TWh,Note {n}\n" for n in range(1_200_000))
    ),
    "figures without end": lambda: (
        "COUNTRY,SECTOR,YEAR,PROPERTY,UNIT,"
        + ",".join(f"Y{n}" for n in range(1900, 2000))
        + "\n"
        + "".join(
            f"Austria,Wind,2020,P,TWh,{','.join(map(str, range(n, n + 100)))}\n"
            for n in range(0, 12_000_000, 100)
        )
    ),
    "units": lambda: rows(8_000, unit="U{n}"),
    "properties": lambda: rows(8_000, metric="P{n}"),
    "shares": lambda: (
        rows(4_000, metric="Share {n}", unit="%") + rows(3_600, metric="P{n}").removeprefix(HEAD)
    ),
    "units of one quantity": lambda: rows(4_000, unit="{n} TWh"),
    "units and categories": lambda: rows(50_000, unit="U{n}", sector="S{n}"),
    "names": lambda: rows(100_000, country="Xy {n} Land"),
    "spellings": lambda: rows(100_000, country="Austria {n}"),
    "years": lambda: rows(100_000, year="{n}"),
    "number": lambda: rows(3, value="1" * LONG),
    "exponent": lambda: rows(3, value="1e" + "9" * LONG),
    "points": lambda: rows(3, value='"' + "1,000." * (LONG // 6) + '"'),
    "brackets": lambda: rows(3, sector="(" * LONG, metric="[" * LONG),
    "blanks": lambda: rows(3, sector="a " * LONG, country="x " * LONG, unit="/ " * LONG),
    "quote": lambda: HEAD + 'Austria,"' + "x\n" * LONG,
    "columns": lambda: ",".join(f"c{n}" for n in range(200_000)) + "\n" + HEAD,
    "columns of years": lambda: "COUNTRY," + ",".join(map(str, range(50_000))) + "\nAustria,1\n",
    "lines": lambda: HEAD + "\n" * (LONG // 5),
}
NAMES_OF_NODES = {
    "nodes": [f"AT {n}" for n in range(100_000)],
    "blanks": ["AT" + " a" * LONG],
    "stars": ["a" * LONG, "ab" * 10_000],
}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """Carries out commands, each within 60 s and 1 GB."""
    with worker(tmp_path_factory.mktemp("home")) as started:
        yield started


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project."""
    return make_project(tmp_path_factory.mktemp("made") / "project")


def check_ends(made: Path, ready: Worker, said: Path) -> None:
    """Check and run it; both come to an end that commands have."""
    place = str(made)
    order = Order(commands=(("check", place), ("run", place, "--engine", "threads")), said=said)
    code = ready.end_of(order)
    text = said.read_text(encoding="utf-8", errors="replace")
    assert code in GOOD, f"{code}: {text[-2000:]}"
    assert "Traceback" not in text


@pytest.mark.parametrize("kind", TABLES)
def test_table_of_any_content_ends(tmp_path: Path, made: Path, ready: Worker, kind: str) -> None:
    """Labels, names, cells and columns in any number and of any length, in a few megabytes."""
    (made / "project.toml").write_text(CONFIG, encoding="utf-8")
    (made / "etm.csv").write_text(TABLES[kind](), encoding="utf-8")
    check_ends(made, ready, tmp_path / "said")


@pytest.mark.parametrize("kind", NAMES_OF_NODES)
def test_results_of_any_content_end(tmp_path: Path, made: Path, ready: Worker, kind: str) -> None:
    """Names of nodes in any number and of any length, with as many patterns as there may be."""
    patterns = "".join(f'"{"a*" * 8}{n}" = "AT"\n' for n in range(300))
    config = CONFIG.replace(
        'etm = "etm.csv"', f'plexos = "results"\n[data.node_patterns]\n{patterns}'
    )
    (made / "project.toml").write_text(config, encoding="utf-8")
    (made / "results").mkdir(exist_ok=True)
    lines = (
        f"Generator,Wind,{name},Generation,1,GWh,2020-01-01\n" for name in NAMES_OF_NODES[kind]
    )
    (made / "results" / "one.csv").write_text(RESULTS + "".join(lines), encoding="utf-8")
    check_ends(made, ready, tmp_path / "said")
