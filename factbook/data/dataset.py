"""All data of a project, read and indexed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from factbook.config.project_config import (
    ProjectConfig,
    TableSource,
)
from factbook.data.categories.categories import category_rules
from factbook.data.categories.code_lists import CodeLists, read_code_lists
from factbook.data.cleaning import Cleaning, Notes, alike_once
from factbook.data.grids.input_file import InputFile
from factbook.data.grids.room import Room
from factbook.data.grids.vintages import with_tables
from factbook.data.long.long_table import read_long_table
from factbook.data.measure_findings import note_measures
from factbook.data.metadata import Metadata
from factbook.data.places.borders import read_borders
from factbook.data.places.nodes import NodeSplit, read_node_split
from factbook.data.places.place_kinds import read_atlas
from factbook.data.places.places import PlaceNames, sorted_by_name
from factbook.data.places.region import check_own_rows
from factbook.data.plexos.plexos import NAME as PLEXOS
from factbook.data.plexos.plexos import read_plexos
from factbook.data.series import Place
from factbook.data.statuses.flags import Flags, known_flags
from factbook.data.table import Table
from factbook.data.units_shown import note_two_scales
from factbook.errors import DataError, Finding
from factbook.measures.measures import Measures
from factbook.names import name_key

ETM = "ETM"


@dataclass(frozen=True)
class DataSet:
    """The tables and places of a project. Safe to read from many threads.

    Attributes:
        tables: Name → table: ``ETM``, ``PLEXOS``, and the user's names as written.
        region: The main region; its code is its name.
        members: The main region's members, also those without data, sorted by name.
        countries: The report's countries: those of ``[countries]`` in their order, else every
            country in the data, sorted by name. Groups of countries are never among them.
        known: Code → place, for every country in the data, in `members` or in `countries`.
        borders: Code → codes of its neighbours, both ways.
        cleanings: What was cleaned.
        input_files: All files that were read, sorted.
        inputs: Those with data, each with its edition and checksum.
        regions: All regions, the main one first.
        parents: Column (``SECTOR``, ``PROPERTY``) → label → label of what it is a part of, by the
            code lists.
        members_of: Code of each region → its members, also those without data, sorted by name.
        flags: What the flags beside figures mean.
    """

    tables: Mapping[str, Table]
    region: Place
    members: tuple[Place, ...]
    countries: tuple[Place, ...]
    known: Mapping[str, Place]
    borders: Mapping[str, tuple[Place, ...]]
    cleanings: tuple[Cleaning, ...]
    input_files: tuple[Path, ...]
    inputs: tuple[InputFile, ...] = ()
    regions: tuple[Place, ...] = ()
    members_of: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    flags: Flags = field(default_factory=known_flags)

    def seen_from(self, place: Place) -> DataSet:
        """The data as a section of a place sees them: for one of another region, it is the region.

        Args:
            place: A place of the report.
        """
        if place.kind != "region" or place.code == self.region.code:
            return self
        return replace(self, region=place, members=self.members_of[place.code])

    def table(self, name: str) -> Table | None:
        """The table with a name, without regard to case and surrounding blanks, or None."""
        by_fold = {name_key(known): table for known, table in self.tables.items()}
        return by_fold.get(name_key(name))

    def is_member(self, place_code: str) -> bool:
        """Whether a country belongs to the region."""
        return any(member.code == place_code for member in self.members)

    def neighbours(self, place_code: str) -> tuple[Place, ...]:
        """The countries that border on a country, sorted by name."""
        return self.borders.get(place_code, ())


def load_dataset(folder: Path, config: ProjectConfig) -> tuple[DataSet, tuple[Finding, ...]]:
    """Read, check and index all data of a project.

    Args:
        folder: The project folder, to which the configured paths are relative.
        config: The project.

    Returns:
        The data, and all warnings.

    Raises:
        DataError: Something would give a wrong or missing figure. It carries all findings.
    """
    notes = Notes(room=Room(config.limits))
    _check_number(config, notes)
    atlas = read_atlas(folder, config, notes)
    code_lists = read_code_lists(folder, config.labels, notes)
    if notes.errors:  # of the lists: every name in the data would be unknown
        raise DataError(notes.findings)
    names = PlaceNames(config, notes, atlas)
    metadata = _metadata(config, names, code_lists)
    tables, files = _read_tables(folder, config, metadata, notes)
    files += [folder / name for name in (config.places.file, config.labels.file) if name]
    note_two_scales(tables.values(), notes)
    in_data = {code for table in tables.values() for code in table.codes if names.is_place(code)}
    borders: Mapping[str, frozenset[str]] = getattr(atlas, "borders", {})
    if config.data.borders:
        path = folder / config.data.borders
        borders = read_borders(config.data.borders, path, names, notes)
        files.append(path)
    members = {region.name: names.members(region, in_data) for region in config.all_regions}
    _note_countries_without_data(config, names, in_data, notes)
    _check(config, tables, members, metadata, notes)
    if notes.errors:
        raise DataError(alike_once(notes.findings))
    notes.report_formats()
    everyone = (
        in_data | {place.code for own in members.values() for place in own} | set(names.listed)
    )
    dataset = DataSet(
        tables=tables,
        region=names.region,
        members=members[names.region.code],
        countries=_countries(names, in_data),
        known={code: names.place(code) for code in sorted(everyone)},
        borders={
            code: sorted_by_name(map(names.place, others)) for code, others in borders.items()
        },
        cleanings=tuple(notes.cleanings),
        input_files=tuple(sorted(set(files))),
        inputs=with_tables(notes.inputs.values(), config),
        regions=names.regions,
        members_of=members,
        parents=code_lists.parents,
        flags=metadata.flags.with_notes(notes.comments),
    )
    return dataset, alike_once(notes.findings)


def _metadata(config: ProjectConfig, names: PlaceNames, code_lists: CodeLists) -> Metadata:
    """What all tables are read with."""
    return Metadata(
        names,
        Measures(config.measures),
        code_lists,
        category_rules(config, code_lists.parents.get("SECTOR", {})),
        known_flags(config.flags),
        bad_as_gaps=config.data.bad_cells == "gap",
    )


def _check_number(config: ProjectConfig, notes: Notes) -> None:
    """Refuse more tables than a project may have, before any is read.

    Raises:
        DataError: It has more.
    """
    number, most = len(config.data.tables), config.limits.max_tables
    if number > most:
        notes.add(
            "error",
            "too-many-tables",
            f"[data.tables] has {number:,} tables",
            file="project.toml",
            allowed=f"at most {most:,} (limits.max_tables)",
            remedy="Put tables of the same columns together, or give --set limits.max_tables=… "
            "with a higher number, or set FACTBOOK_LIMITS in the environment",
        )
        raise DataError(notes.findings)


def _check(
    config: ProjectConfig,
    tables: Mapping[str, Table],
    members: Mapping[str, tuple[Place, ...]],
    metadata: Metadata,
    notes: Notes,
) -> None:
    """Findings about all tables together, and about what the project says of none of them."""
    if all(f.severity == "warning" or f.code == "data.unknown-place" for f in notes.findings):
        metadata.names.note_unused()  # of a table that could not be read nobody knows the names
        metadata.rules.note_unused(notes)
    metadata.names.note_alike()
    for table in tables.values():
        for region, own in members.items():
            check_own_rows(table, region, own, notes)
    note_measures(config.measures, tables, notes)


def _read_tables(
    folder: Path, config: ProjectConfig, metadata: Metadata, notes: Notes
) -> tuple[dict[str, Table], list[Path]]:
    """All tables by name, and the files that they were read from."""
    tables: dict[str, Table] = {}
    files: list[Path] = []
    for name, source in _long_sources(config, notes):
        path = folder / source.file
        is_named = name in config.data.tables
        table = read_long_table(name, source, path, metadata, notes, is_named=is_named)
        files.append(path)
        if table:
            tables[name] = table
    if config.data.plexos:
        split = _read_split(folder, config, metadata.names, files, notes)
        path = folder / config.data.plexos
        others = _configured_files(folder, config)
        table, read = read_plexos(config.data.plexos, path, config, split, others, metadata, notes)
        files += read
        if table:
            table.origin = config.data.origins.get("PLEXOS") or table.origin
            tables[PLEXOS] = table
    in_order = [ETM, PLEXOS, *config.data.tables]
    return {name: tables[name] for name in in_order if name in tables}, files


def _long_sources(config: ProjectConfig, notes: Notes) -> Iterator[tuple[str, TableSource]]:
    """Name and configuration of each long table; conflicting names are noted."""
    seen = {name_key(PLEXOS)} if config.data.plexos else set()
    if config.data.etm:
        seen.add(name_key(ETM))
        yield ETM, TableSource(file=config.data.etm, origin=config.data.origins.get("ETM", ""))
    for name, source in config.data.tables.items():
        if name_key(name) in seen:
            notes.add(
                "error",
                "table-twice",
                f"two tables are called '{name}'",
                file="project.toml",
                remedy=f"Rename [data.tables.{name}]",
            )
            continue
        seen.add(name_key(name))
        yield name, source


def _read_split(
    folder: Path, config: ProjectConfig, names: PlaceNames, files: list[Path], notes: Notes
) -> NodeSplit:
    nodes = config.data.nodes
    path = folder / nodes if nodes else None
    if path:
        files.append(path)
    return read_node_split(nodes, path, config.data.node_patterns, names, notes)


def _configured_files(folder: Path, config: ProjectConfig) -> frozenset[Path]:
    """Files in any folder that are configured as something other than PLEXOS results."""
    data = config.data
    named = [data.etm, data.nodes, data.borders, config.places.file, config.labels.file]
    named += [*(t.file for t in data.tables.values())]
    return frozenset(folder / name for name in named if name)


def _countries(names: PlaceNames, in_data: set[str]) -> tuple[Place, ...]:
    if names.listed:
        return tuple(map(names.place, names.listed))
    return sorted_by_name(map(names.place, in_data))


def _note_countries_without_data(
    config: ProjectConfig, names: PlaceNames, in_data: set[str], notes: Notes
) -> None:
    """Warn once of listed countries without a figure in any table."""
    without = [code for code in names.listed if code not in in_data]
    has_data = bool(config.data.etm or config.data.plexos or config.data.tables)
    if without and has_data and not notes.errors:
        notes.add(
            "warning",
            "country-without-data",
            "[countries] lists places without data: "
            + ", ".join(f"{names.listed[code]} ({code})" for code in without),
            file="project.toml",
            remedy="Delete them there; otherwise their sections say that there are no data",
        )
