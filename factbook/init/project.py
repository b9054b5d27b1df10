"""From tables to a project folder that `factbook check` passes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slugify import slugify

from factbook.config.load import load_config
from factbook.config.project_config import PROJECT_FILE
from factbook.config.projects_root import projects_root
from factbook.config.settings import require_inside
from factbook.data.cleaning import Notes, listing
from factbook.data.dataset import DataSet, load_dataset
from factbook.data.places.place_sums import place_sums
from factbook.data.series import Place
from factbook.errors import ConfigError, DataError, Finding, UserError
from factbook.files.regular_files import copy_regular
from factbook.init.guess import Guess, Said
from factbook.init.measures import DraftMeasure, draft_measures, plain_names
from factbook.init.opened import Opened, open_table, sheets_beside
from factbook.init.place_columns import FREE
from factbook.init.places import (
    MOST_PLACES,
    PlacePlan,
    places_with_sections,
    plan_places,
    without_sums,
)
from factbook.init.readme import readme
from factbook.init.roles import guess_table
from factbook.init.sheet import draft_sheet, told_measures
from factbook.init.toml import project_toml
from factbook.init.units import capitalised, is_code, name_and_unit, readable
from factbook.init.workbook import workbook_bytes
from factbook.project.project import Project, open_project

DATA = "data"
"""Folder of the tables in the project."""

_MOST_SECTIONS = 200
_LEAST_PLACES = 3
_MOST_TABLES = 50
_LONGEST_NAME = 80
_RESERVED = frozenset(("etm", "plexos", "country"))


@dataclass(frozen=True)
class Draft:
    """A project as it was written.

    Attributes:
        folder: The project folder.
        project: The project, opened: what `factbook check` finds of it.
        guesses: What was guessed of each table.
        plan: What was guessed of the places.
        measures: The measures that the report tells.
        left_out: Those that it does not.
        notes: What was left out or taken in the reading of the tables.
    """

    folder: Path
    project: Project
    guesses: tuple[Guess, ...]
    plan: PlacePlan
    measures: tuple[DraftMeasure, ...]
    left_out: tuple[DraftMeasure, ...]
    notes: tuple[Finding, ...]


def init_project(
    tables: Sequence[Path], folder: Path | None = None, name: str = "", said: Said | None = None
) -> Draft:
    """Write a project with a draft sheet from tables.

    Args:
        tables: Files in any format that Factbook reads.
        folder: Folder to make; by default one in the current folder, called like the report.
        name: Name of the report; by default the first table's title or file.
        said: What the user says of the columns; the rest is guessed.

    Raises:
        UserError: A table can't be read, a column can't be guessed, or the folder is not empty.
            Nothing is written then. The error carries everything that was found.
    """
    said = said or Said()
    notes = Notes()
    _require_tables(tables)
    guesses = _guesses(tables, said, notes)
    if notes.errors:
        raise DataError(notes.findings)
    name = name.strip() or _name(guesses)
    folder = folder or Path(slugify(name, max_length=60) or "report")
    _require_new(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        staged = aside / "project"
        staged.mkdir()
        writer = _Writer(staged, name, guesses, plan_places(guesses))
        measures, left_out = writer.write()
        project = open_project(staged)
        staged.rename(folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Draft(folder, project, guesses, writer.plan, measures, left_out, tuple(notes.findings))


class _Writer:
    """Writes the files of a project, step by step, as each needs what the last one shows."""

    def __init__(
        self, folder: Path, name: str, guesses: tuple[Guess, ...], plan: PlacePlan
    ) -> None:
        self._folder = folder
        self._name = name
        self._guesses = guesses
        self.plan = plan
        self._files = _copies(folder, guesses)
        self._bad_cells: tuple[str, ...] = ()
        self._labels: dict[str, str] = {}
        self._units: dict[str, str] = {}

    def write(self) -> tuple[tuple[DraftMeasure, ...], tuple[DraftMeasure, ...]]:
        """Write all files; returns the measures that are told, and those that are too many."""
        dataset = self._dataset()
        told, left_out = told_measures(draft_measures(dataset))
        most = max(_LEAST_PLACES, min(MOST_PLACES, _MOST_SECTIONS // max(len(told), 1)))
        places, others = places_with_sections(dataset, most)
        self._write_toml(told=places, others=others, measures=(*told, *left_out))
        sheet = draft_sheet(self._name, self.plan.region, self._guesses, told, left_out)
        content = workbook_bytes(sheet, self._name)
        (self._folder / "prompt_sheet.xlsx").write_bytes(content)
        text = readme(self._name, self._guesses, self._files, self.plan, places, others)
        (self._folder / "README.md").write_text(text, encoding="utf-8")
        return told, left_out

    def _dataset(self) -> DataSet:
        """The data as the project reads them: measures have names without commas and units."""
        dataset = self._read()
        if self.plan.kind == FREE and (sums := place_sums(dataset)):
            self.plan = without_sums(self.plan, sums, dataset)
            dataset = self._read()
        self._labels, self._units = plain_names(dataset)
        return self._read() if self._labels else dataset

    def _read(self) -> DataSet:
        """The data; cells that are no numbers become gaps if need be."""
        self._write_toml()
        try:
            return load_dataset(self._folder, load_config(self._folder))[0]
        except DataError as error:
            errors = [found for found in error.findings if found.severity == "error"]
            if {found.code for found in errors} != {"data.bad-cells"}:
                raise
            self._bad_cells = tuple(found.message for found in errors)
        self._write_toml()
        return load_dataset(self._folder, load_config(self._folder))[0]

    def _write_toml(
        self,
        told: Sequence[Place] = (),
        others: Sequence[Place] = (),
        measures: Sequence[DraftMeasure] = (),
    ) -> None:
        text = project_toml(
            self._name,
            self._guesses,
            self._files,
            self.plan,
            labels=self._labels,
            units=self._units,
            bad_cells=self._bad_cells,
            told=told,
            others=others,
            measures=measures,
        )
        (self._folder / PROJECT_FILE).write_text(text, encoding="utf-8")


def _guesses(tables: Sequence[Path], said: Said, notes: Notes) -> tuple[Guess, ...]:
    found: list[Guess] = []
    taken: set[str] = set(_RESERVED)
    for path in tables:
        name = _table_name(path, taken)
        guess = _guess(name, path, said, notes)
        if guess is not None:
            found.append(guess)
    return tuple(found)


def _guess(name: str, path: Path, said: Said, notes: Notes) -> Guess | None:
    """The guess of a file's table: of a workbook, the first sheet that has one."""
    opened = open_table(path, path.name, notes, said.sheet)
    if opened is None:
        return None
    own = Notes(room=notes.room)
    guess = guess_table(name, opened, said, own)
    others = sheets_beside(opened, notes) if not said.sheet else ()
    for sheet in others if guess is None else ():
        tried = Notes(room=notes.room)
        other = open_table(path, path.name, tried, sheet)
        guess = guess_table(name, other, said, tried) if other is not None else None
        if guess is not None:
            own = tried
            break
    notes.findings += own.findings
    if guess is not None and others:
        _note_other_sheets(guess.opened, (opened.grid.sheet, *others), notes)
    return guess


def _note_other_sheets(opened: Opened, sheets: Sequence[str], notes: Notes) -> None:
    rest = [sheet for sheet in sheets if sheet != opened.grid.sheet]
    notes.add(
        "warning",
        "init",
        f"sheet '{opened.grid.sheet}' is taken; others are not: {listing(map(repr, rest), 12)}",
        file=opened.grid.file,
        remedy="Say --sheet NAME for another one; project.toml can name several tables of a file",
    )


def _table_name(path: Path, taken: set[str]) -> str:
    """A name for a table, of small letters, digits and ``_``, that no other has."""
    stem = path.with_suffix("").stem if path.suffix.lower() == ".gz" else path.stem
    base = slugify(stem, max_length=40, separator="_") or "table"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return name


def _name(guesses: Sequence[Guess]) -> str:
    """The first table's title; else the one or two measures of a column of names, or its file."""
    title = next((guess.opened.title for guess in guesses if guess.opened.title), "")
    return title[:_LONGEST_NAME] or _name_of_measures(guesses[0]) or readable(_stem(guesses[0]))


def _name_of_measures(guess: Guess) -> str:
    labels = guess.columns[guess.measure].labels if guess.measure in guess.columns else ()
    names = [name_and_unit(label)[0].partition(" (")[0] for label in labels]
    if not names and guess.reasons.get("PROPERTY", "").startswith("'"):
        names = [guess.constants["PROPERTY"].partition(" (")[0]]
    is_short = 0 < len(names) < 3 and not any(map(is_code, names))
    return " and ".join(map(capitalised, names))[:_LONGEST_NAME] if is_short else ""


def _stem(guess: Guess) -> str:
    """The file's name without its endings."""
    path = guess.opened.path
    return (path.with_suffix("") if path.suffix.lower() == ".gz" else path).stem


def _copies(folder: Path, guesses: Sequence[Guess]) -> dict[str, str]:
    """Copies of the tables in the project: name of a table → file, relative to the folder."""
    (folder / DATA).mkdir()
    files: dict[str, str] = {}
    for guess in guesses:
        suffixes = "".join(guess.opened.path.suffixes[-2:]).lower()
        ending = next((e for e in (".tsv.gz", ".csv.gz", ".txt.gz", ".xml.gz", ".json.gz")
                       if suffixes.endswith(e)), guess.opened.path.suffix.lower())  # fmt: skip
        files[guess.name] = f"{DATA}/{guess.name}{ending}"
        source = guess.opened.path.resolve()
        copy_regular(source, folder / files[guess.name], source.stat().st_size)
    return files


def _require_tables(tables: Sequence[Path]) -> None:
    if not tables or len(tables) > _MOST_TABLES:
        raise UserError(
            [Finding(severity="error", code="init.tables",
                     message=f"{len(tables)} tables are given", allowed=f"1 to {_MOST_TABLES}",
                     remedy="Name the files that the report is to be made from")]
        )  # fmt: skip
    for path in tables:
        require_inside(projects_root(), path, "the table")


def _unwritable(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        [Finding(severity="error", code="init.folder",
                 message=f"the project can't be written: {error.strerror or error}",
                 file=str(folder), remedy="Say --out with a folder that you may write to")]
    )  # fmt: skip


def _require_new(folder: Path) -> None:
    """A folder that is there and not empty is never written into."""
    require_inside(projects_root(), folder, "the project")
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        what = "is not empty" if folder.is_dir() else "is there, and no folder"
        raise ConfigError(
            [Finding(severity="error", code="init.folder", message=f"the folder {what}",
                     file=str(folder), allowed="a new folder, or an empty one",
                     remedy="Say --out with the name of another folder")]
        )  # fmt: skip
