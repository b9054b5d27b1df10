"""Make a large project: ten chapters of real figures, thousands of sections.

``python benchmarks/large_project.py FOLDER`` writes it. ``--evidence`` also computes and writes
all of its evidence in a run folder, and says how long that took: the part of a run that is CPU
alone.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import tomli_w
import xlsxwriter

EXAMPLE_DATA = Path(__file__).parents[1] / "examples" / "europe-electricity"

COUNTRIES = {
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "HR": "Croatia",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DK": "Denmark",
    "EE": "Estonia",
    "FI": "Finland",
    "FR": "France",
    "DE": "Germany",
    "GR": "Greece",
    "HU": "Hungary",
    "IE": "Ireland",
    "IT": "Italy",
    "LV": "Latvia",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "MT": "Malta",
    "NL": "Netherlands",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SK": "Slovakia",
    "SI": "Slovenia",
    "ES": "Spain",
    "SE": "Sweden",
    "GB": "United Kingdom",
}
"""EU27 and the United Kingdom."""

GROUPS = {
    "Renewables": ("Bioenergy", "Hydro", "Other Renewables", "Solar", "Wind"),
    "Fossil": ("Gas", "Hard Coal", "Lignite", "Other Fossil"),
    "Nuclear": ("Nuclear",),
}

ETM, PLEXOS = "ETM", "plexos_chart"
CHARTS = (
    ("Generation by source", ETM, "Electricity generation", "-"),
    ("Generation by model region", PLEXOS, "Generation", "-"),
    ("Wind and solar", ETM, "Electricity generation", "Wind, Solar"),
    ("Fossil plants", PLEXOS, "Generation", "Gas, Hard Coal, Lignite, Other Fossil"),
    ("Hydropower", ETM, "Electricity generation", "Hydro"),
    ("Nuclear power", ETM, "Electricity generation", "Nuclear"),
    ("Published shares", ETM, "Share of generation", "Wind, Solar, Hydro, Nuclear, Gas"),
    ("Main sources", ETM, "Electricity generation", "Wind, Solar, Hydro, Nuclear, Gas, Hard Coal"),
)
"""Title, source, property and categories of the charts that the sub-tasks take in turn."""

Rows = list[tuple[str, ...]]


def make_large_project(
    folder: Path,
    data: Path = EXAMPLE_DATA,
    chapters: int = 10,
    tasks: int = 4,
    sub_tasks: int = 2,
    countries: int = len(COUNTRIES),
) -> Path:
    """Write a project folder of `chapters` × `tasks` × `sub_tasks` × `countries` sections.

    Every eighth chart has a data search of the region's figures beside it. Conclusions come on top
    of the sections.

    Args:
        folder: The project folder; it is made.
        data: A folder of data, named as in the examples or as the inputs of the tests are.
        chapters: Number of chapters.
        tasks: Tasks a chapter.
        sub_tasks: Sub-tasks a task.
        countries: How many of `COUNTRIES`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = dict(_copied(data, folder))
    config = {
        "project_name": "A large project",
        "run_objectives_concurrent": True,
        "run_task_concurrent": True,
        "countries": dict(list(COUNTRIES.items())[:countries]),
        "places": {"drop": ["Great Britain"]},
        "data": sources,
    }
    (folder / "project.toml").write_text(tomli_w.dumps(config), encoding="utf-8")
    _write_sheet(folder / "prompt_sheet.xlsx", chapters, tasks, sub_tasks)
    return folder


def _copied(data: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Copy the data; key of ``[data]`` and name of each."""
    names = {
        "etm": ("etm.csv", "etm_long.csv"),
        "plexos": ("plexos", "plexos_like"),
        "nodes": ("nodes.csv", "nodal_split.csv"),
        "borders": ("borders.csv", "borders_europe.csv"),
    }
    for key, known in names.items():
        source = next(data / name for name in known if (data / name).exists())
        target = folder / source.name
        if source.is_dir():
            target.mkdir(exist_ok=True)
            for file in sorted(source.glob("*.csv")):
                shutil.copyfile(file, target / file.name)
        else:
            shutil.copyfile(source, target)
        yield key, source.name


def _write_sheet(path: Path, chapters: int, tasks: int, sub_tasks: int) -> None:
    objective_ids = [str(number) for number in range(1, chapters + 1)]
    task_ids = [f"{one}.{number}" for one in objective_ids for number in range(1, tasks + 1)]
    ids = [f"{task}.{number}" for task in task_ids for number in range(1, sub_tasks + 1)]
    charts = {row_id: CHARTS[index % len(CHARTS)] for index, row_id in enumerate(ids)}
    sheets: dict[str, Rows] = {
        "Read me": [("Project Name", "Context"), ("A large project", "Made to be measured.")],
        "Objectives": [
            ("ID", "Title", "Description"),
            *((one, f"Chapter {one}", "A chapter of figures.") for one in objective_ids),
        ],
        "Tasks": [
            ("ID", "Objective ID", "Title", "Description"),
            *((t, t.split(".")[0], f"Part {t}", "A part of a chapter.") for t in task_ids),
        ],
        "Sub Tasks": [
            ("ID", "Task_section_id", "Title", "Description", "Input", "Geographic Level"),
            *(_sub_task(row_id, title, source) for row_id, (title, source, _, _) in charts.items()),
        ],
        "Text Guidelines": [
            ("ID", "Standard"),
            *((row_id, "Write 120-180 words in two paragraphs.") for row_id in ids),
        ],
        "Default Charts": [
            ("sub_task_id", "Image", "collection_name", "property_list", "category_list"),
            *(
                (row_id, source, "Generator" if source == PLEXOS else "", metric, categories)
                for row_id, (_, source, metric, categories) in charts.items()
            ),
        ],
        "External Search": [
            ("ID", "Unique_ID", "Data Source", "Level", "property_list", "category_list"),
            *(
                (row_id, f"S{row_id}", ETM, "EU", "Electricity generation", "Wind, Solar")
                for row_id in ids[::8]
            ),
        ],
        "All Categories": [
            ("category_name", "group"),
            *((member, group) for group, members in GROUPS.items() for member in members),
        ],
    }
    with xlsxwriter.Workbook(path) as workbook:
        text = workbook.add_format({"num_format": "@"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, value, text)


def _sub_task(row_id: str, title: str, source: str) -> tuple[str, ...]:
    table = ETM if source == ETM else "PLEXOS"
    description = f'Describe "{title}" of the country.'
    return (row_id, row_id.rpartition(".")[0], title, description, table, "country")


def measure_evidence(folder: Path) -> str:
    """Compute and write all evidence of a project, and say what it took."""
    from factbook.runs.begin import begun
    from factbook.runs.ref import RunRef

    with begun(RunRef(project=str(folder))) as run:
        cpu, wall = time.process_time(), time.perf_counter()
        run.prepare()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        files = list(run.inputs.folder.evidence_folder.iterdir())
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    return (
        f"{len(files):,} evidence files, {megabytes:,.0f} MB, in {cpu:.1f} s of CPU, "
        f"{wall:.1f} s elapsed"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the project; measure its evidence when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write the project")
    parser.add_argument("--data", type=Path, default=EXAMPLE_DATA, help="folder of data")
    parser.add_argument("--evidence", action="store_true", help="measure its evidence")
    options = parser.parse_args(arguments)
    folder = make_large_project(options.folder, options.data)
    print(f"The project is in {folder}")
    if options.evidence:
        print(measure_evidence(folder))


if __name__ == "__main__":
    main()
