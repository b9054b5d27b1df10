"""Raw figures: what the files of a project hold, read with `csv` alone.

Nothing of ``factbook.evidence`` or ``factbook.findings`` computes here: what the oracle says of a
finding, it says from these rows.
"""

from __future__ import annotations

import csv
import logging
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import country_converter

Key = tuple[str, str, str, str]
"""Place's code, category, metric, unit."""

TOTAL = "Total"


@cache
def code_of(label: str) -> str:
    """ISO code of a country; the label itself of what is none."""
    plain = re.sub(r" \(including.*\)", "", label, flags=re.I)
    found = _converter().convert(plain, to="ISO2", not_found=label, enforce_list=False)
    return found if isinstance(found, str) and len(found) == 2 else label


@cache
def _converter() -> country_converter.CountryConverter:
    logging.getLogger("country_converter").setLevel(logging.CRITICAL)
    return country_converter.CountryConverter()


@dataclass
class Raw:
    """The rows of a project's tables.

    Attributes:
        values: Key → period → figure.
        members: Codes of the region's members.
        region: Labels of the region's own rows, the region's code among them.
        groups: Name of a group → its categories.
        aggregates: Categories that are sums of others of the same metric → these.
        breaks: Place, category and period before which a series breaks.
        nodes: Node region, "Name, Country" → the same for that.
    """

    values: dict[Key, dict[str, float]]
    members: tuple[str, ...]
    region: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    aggregates: Mapping[str, frozenset[str]] = field(default_factory=dict)
    breaks: frozenset[tuple[str, str, str]] = frozenset()
    nodes: dict[Key, dict[str, float]] = field(default_factory=dict)

    @cached_property
    def categories(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Metric and unit → their categories."""
        found: dict[tuple[str, str], set[str]] = {}
        for _, category, metric, unit in self.values:
            found.setdefault((metric, unit), set()).add(category)
        return {key: frozenset(some) for key, some in found.items()}

    def leaves(self, metric: str, unit: str) -> frozenset[str]:
        """The categories that make up a total."""
        return self.categories.get((metric, unit), frozenset()) - {*self.aggregates, TOTAL, "-"}

    def parts(self, subject: str, metric: str, unit: str) -> tuple[str, ...]:
        """The categories that a subject adds up."""
        every = self.categories.get((metric, unit), frozenset())
        by_fold = {one.casefold(): one for one in every}
        if subject in every:
            return (subject,)
        if subject == TOTAL:
            return tuple(sorted(self.leaves(metric, unit)))
        if subject.startswith(f"{TOTAL} of "):
            return tuple(subject.removeprefix(f"{TOTAL} of ").split(", "))
        named = self.groups.get(subject.removesuffix(" together"), ())
        found: list[str] = []
        for one in named:
            if one in self.groups and one.casefold() not in by_fold:
                found.extend(self.parts(one, metric, unit))
            elif one.casefold() in by_fold:
                found.append(by_fold[one.casefold()])
        return tuple(dict.fromkeys(found))

    def of(self, place: str, subject: str, metric: str, unit: str) -> dict[str, float]:
        """Period → value of a place or of the region."""
        if place in self.region:
            found: dict[str, list[float]] = {}
            own = self._own(place, subject, metric, unit)
            for label in self.region - {place}:
                own |= self._own(label, subject, metric, unit)
            for member in self.members:
                for period, value in self._own(member, subject, metric, unit).items():
                    if period not in own:
                        found.setdefault(period, []).append(value)
            return own | {period: math.fsum(some) for period, some in found.items()}
        return self._own(place, subject, metric, unit)

    def _own(self, place: str, subject: str, metric: str, unit: str) -> dict[str, float]:
        source = self.nodes if any(key[0] == place for key in self.nodes) else self.values
        if (place, subject, metric, unit) in source:
            return dict(source[place, subject, metric, unit])
        if subject == TOTAL and self.aggregates:
            return self._of_aggregates(source, place, metric, unit)
        found: dict[str, list[float]] = {}
        for part in self.parts(subject, metric, unit):
            for period, value in source.get((place, part, metric, unit), {}).items():
                found.setdefault(period, []).append(value)
        return {period: math.fsum(some) for period, some in found.items()}

    def _of_aggregates(
        self, source: Mapping[Key, Mapping[str, float]], place: str, metric: str, unit: str
    ) -> dict[str, float]:
        """The total: each aggregate where it has a figure, and what is in none of them."""
        held: dict[str, set[str]] = {}
        for part in self.categories.get((metric, unit), frozenset()):
            for period in source.get((place, part, metric, unit), {}):
                held.setdefault(period, set()).add(part)
        found = {}
        for period, names in held.items():
            inside = frozenset().union(*(self.aggregates.get(n, frozenset()) for n in names))
            kept = sorted(names - inside)
            found[period] = math.fsum(source[place, n, metric, unit][period] for n in kept)
        return found


def families() -> dict[str, tuple[str, ...]]:
    """Known families by all the names of their parts."""
    text = files("factbook.findings").joinpath("families.toml").read_text("utf-8")
    return {
        name: tuple(one for part in parts for one in part)
        for sort in tomllib.loads(text).values()
        for name, parts in sort.items()
    }


def add(values: dict[Key, dict[str, float]], key: Key, period: str, cell: str) -> None:
    """Add a cell to what there is; nothing of a gap."""
    try:
        number = float(cell)
    except ValueError:
        return
    held = values.setdefault(key, {})
    held[period] = held.get(period, 0.0) + number


def read_long(path: Path, names: Mapping[str, str]) -> dict[Key, dict[str, float]]:
    """A long table.

    Args:
        path: The file.
        names: COUNTRY, SECTOR, YEAR, VALUE, PROPERTY, UNIT → the file's heading.
    """
    values: dict[Key, dict[str, float]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            cell = {name: row[heading] for name, heading in names.items()}
            key = (code_of(cell["COUNTRY"]), cell["SECTOR"], cell["PROPERTY"], cell["UNIT"])
            add(values, key, cell["YEAR"], cell["VALUE"])
    return values


def read_wide(path: Path, unit: str, names: Mapping[str, str]) -> dict[Key, dict[str, float]]:
    """A table with a column for each year."""
    values: dict[Key, dict[str, float]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            place, category = code_of(row[names["COUNTRY"]]), row[names["SECTOR"]]
            for heading, cell in row.items():
                if heading.isdigit():
                    key = (place, category, row[names["PROPERTY"]], unit)
                    add(values, key, heading, cell)
    return values


def read_waste(path: Path, labels: Mapping[str, str]) -> dict[Key, dict[str, float]]:
    """Eurostat's TSV of municipal waste."""
    values: dict[Key, dict[str, float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        head, *lines = (line.rstrip("\r\n").split("\t") for line in file)
    for codes, *cells in lines:
        _, operation, unit, place = codes.split(",")
        for period, cell in zip(head[1:], cells, strict=True):
            key = (code_of(place.replace("EL", "GR")), TOTAL, labels[operation], _UNITS[unit])
            add(values, key, period.strip(), cell.split()[0] if cell.strip() else "")
    return values


_UNITS = {"THS_T": "Thousand tonnes"}


def read_nodes(
    folder: Path, nodes: Path, unit: str, times: float
) -> tuple[dict[Key, dict[str, float]], dict[Key, dict[str, float]]]:
    """PLEXOS results by country, and by node region, in another unit."""
    with nodes.open(encoding="utf-8", newline="") as file:
        where = {row["Node"]: (row["Country"], row["Region"]) for row in csv.DictReader(file)}
    values: dict[Key, dict[str, float]] = {}
    regions: dict[Key, dict[str, float]] = {}
    for path in sorted(folder.glob("*.csv")):
        year = path.stem.removeprefix("year_")
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["collection_name"] != "Generator":
                    continue
                country, region = where[row["child_name"].split(" ")[0]]
                rest = (row["category_name"], row["property_name"], unit)
                cell = repr(float(row["value"]) * times)
                add(values, (code_of(country), *rest), year, cell)
                add(regions, (f"{region}, {country}", *rest), year, cell)
    return values, regions


def grouped(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Rows of All Categories → group and its categories."""
    found: dict[str, list[str]] = {}
    for name, group in rows:
        if group:
            found.setdefault(group, []).append(name)
    return {group: tuple(names) for group, names in found.items()}
