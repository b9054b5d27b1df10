"""Names and years of project.toml that the data and the sheet have to know."""

from __future__ import annotations

from factbook.config.project_config import (
    PROJECT_FILE,
    ProjectConfig,
)
from factbook.data.cleaning import listing, plural
from factbook.data.dataset import DataSet
from factbook.data.places.place_sums import PlaceSum, place_sums
from factbook.errors import Finding, nearest
from factbook.names import name_key
from factbook.sheet.models import PromptSheet


def place_findings(config: ProjectConfig, dataset: DataSet) -> list[Finding]:
    """Places of no list that are sums of others: they would count twice in each sum and share."""
    sums = place_sums(dataset) if config.places.kind == "free" else ()
    return [_place_sum(one, dataset) for one in sums]


def _place_sum(one: PlaceSum, dataset: DataSet) -> Finding:
    name = dataset.known[one.place].name
    parts = listing([repr(dataset.known[code].name) for code in one.parts], 8)
    measure = f"{one.metric} ({one.unit})" if one.unit else one.metric
    return Finding(
        severity="error",
        code="data.place-sum",
        file=PROJECT_FILE,
        message=f"'{name}' is the sum of {parts} in {measure} of {one.table}, as "
        f"{plural(one.keys, 'figure')} show: a group of places, counted beside them",
        allowed="places that do not hold each other",
        remedy=f'[places] drop = ["{name}"]; or [region] row = "{name}", if it is the region',
    )


def names_findings(config: ProjectConfig, sheet: PromptSheet, dataset: DataSet) -> list[Finding]:
    """Categories of ``[groups]`` that nothing has, and years that a table does not have."""
    return [
        *_unknown_categories(config, sheet, dataset),
        *_redefined_groups(config, sheet),
        *_absent_years(config, dataset),
    ]


def _unknown_categories(
    config: ProjectConfig, sheet: PromptSheet, dataset: DataSet
) -> list[Finding]:
    if not config.groups:
        return []
    known = {category.group for category in sheet.categories if category.group}
    for table in dataset.tables.values():
        for metric in table.metrics():
            known.update(table.subjects(metric))
    folds = {name_key(name) for name in known}
    names = sorted(known)
    some_names = listing(names)
    findings = []
    for group, entries in config.groups.items():
        for name in entries:
            if name_key(name) in folds:
                continue
            near = nearest(name, names)
            findings.append(
                Finding(
                    severity="error",
                    code="config.unknown-category",
                    message=f"[groups] {group} names '{name}', which is neither a category of "
                    "a table nor a group of the sheet",
                    file=PROJECT_FILE,
                    allowed="" if near else some_names,
                    remedy=f"Did you mean '{near}'?" if near else "Remove it",
                )
            )
    return findings


def _redefined_groups(config: ProjectConfig, sheet: PromptSheet) -> list[Finding]:
    """Groups of project.toml that replace one of the sheet with other categories."""
    own: dict[str, dict[str, str]] = {}
    for category in sheet.categories:
        if category.group:
            members = own.setdefault(name_key(category.group), {})
            members[name_key(category.name)] = category.name
    findings = []
    for group, entries in config.groups.items():
        members = own.get(name_key(group), {})
        if members and members.keys() != {name_key(entry) for entry in entries}:
            findings.append(
                Finding(
                    severity="warning",
                    code="config.group-redefined",
                    message=f"[groups] {group} is {listing(entries)}, and replaces the group of "
                    f"sheet 'All Categories', which is {listing(members.values())}",
                    file=PROJECT_FILE,
                    remedy="Call one of them differently, or remove one",
                )
            )
    return findings


def _absent_years(config: ProjectConfig, dataset: DataSet) -> list[Finding]:
    findings = []
    for key in ("base_year", "target_year"):
        year = getattr(config.data, key)
        without = {
            name: table.years
            for name, table in dataset.tables.items()
            if year is not None and table.years and year not in table.years
        }
        if without:
            there = "; ".join(f"{name} has {_span(years)}" for name, years in without.items())
            findings.append(
                Finding(
                    severity="warning",
                    code="config.absent-year",
                    message=f"[data] {key} is {year}, of which {listing(without)} "
                    f"{'has' if len(without) == 1 else 'have'} no figures: {there}",
                    file=PROJECT_FILE,
                    remedy="A series without that year is compared over its own first and last",
                )
            )
    return findings


def _span(years: tuple[int, ...]) -> str:
    """Years as a phrase: ``2015 to 2021`` where none is missing, else each."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} to {years[-1]}"
    return listing(map(str, years))
