"""The places of a draft: their kind, the region that they make up, and which get sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from factbook.data.cleaning import listing
from factbook.data.dataset import DataSet
from factbook.data.long.long_roles import worded
from factbook.data.places.atlas import is_sum_of_places
from factbook.data.places.gazetteer import gazetteer
from factbook.data.places.place_sums import PlaceSum
from factbook.data.series import Place
from factbook.init.columns import has_value, labels_at
from factbook.init.guess import Guess
from factbook.init.place_columns import FREE, Kind, kind_of
from factbook.names import name_key, tidy

GROUP = "The group"
"""Name of the region that is all places of the tables, as it reads well in a sentence."""

MOST_PLACES = 12
"""Places that get sections."""

_GROUPS = (
    "EU27", "EURO", "EU28", "EEA", "G7", "G20", "BRIC", "OECD", "South America", "Africa",
    "Asia", "Europe", "Oceania", "America",
)  # fmt: skip
_MARK = re.compile(r"(?<!\s)\s?(?:\d\)|\(\d\)|\[\d\]|\*{1,3}|[¹²³†‡])$")
_WORLD = frozenset(("world", "global", "wld", "monde", "welt"))
_SUMS = frozenset(("insgesamt", "gesamt", "summe", "ensemble", "totale", "totaal", "suma"))
"""Names of sums of places in other languages than English."""

_COVERED = 0.6
_NEARLY_ALL = 0.8
"""Share of a group's members that must be in the data for the group to be the region."""

_MANY = 100
"""Countries from which they are the world."""


@dataclass(frozen=True, slots=True)
class PlacePlan:
    """What is said of places in the draft.

    Attributes:
        kind: Their kind.
        region: Name of the region.
        members: Its members: ``all`` or a group.
        row: Label of the region's own row; empty if it is found without, or has none.
        why: Why it is the region.
        drop: Labels that are no places of the kind, with the reason for each.
        rename: Labels with the mark of a footnote → their names.
    """

    kind: Kind
    region: str
    members: str
    row: str
    why: str
    drop: Mapping[str, str]
    rename: Mapping[str, str]


def plan_places(guesses: Sequence[Guess]) -> PlacePlan:
    """The kind of places, the region and the labels to leave out, of all tables together."""
    labels = list(dict.fromkeys(label for guess in guesses for label in place_labels(guess)))
    rename = _without_marks(labels)
    labels = [rename.get(label, label) for label in labels]
    kind = kind_of(labels)
    atlas = kind.atlas()
    codes = {label: code for label in labels if (code := atlas.code(label))}
    rest = [label for label in labels if label not in codes]
    if kind == FREE:
        region, members, row, why = _of_free(labels)
    elif kind.name == "us-states":
        region, members, why = "United States", "all", "the places are states of the USA"
        row = next((text for text in rest if gazetteer().code(text) == "US"), "")
    elif kind.name == "nuts":
        region, members, row, why = _of_nuts(codes.values(), rest)
    else:
        region, members, row, why = _of_countries(set(codes.values()), rest)
    named = {name_key(text) for text in (region, members, row)}
    drop = {
        label: f"no {atlas.noun.one} and no group of {atlas.noun.many} that Factbook knows"
        for label in rest
        if kind != FREE and not atlas.is_aggregate(label) and name_key(label) not in named
    }
    drop |= _same_place(codes, guesses, atlas.names)
    return PlacePlan(kind, region, members, row, why, drop, rename)


def without_sums(plan: PlacePlan, sums: Sequence[PlaceSum], dataset: DataSet) -> PlacePlan:
    """The plan without places that are sums of others; that of all others is the region's row."""
    row, drop = plan.row, dict(plan.drop)
    inner = {one.place for one in sums}
    for one in sums:
        name = dataset.known[one.place].name
        others = {place.code for place in dataset.countries} - {one.place}
        if not row and others - inner <= set(one.parts):
            row = name
        else:
            parts = listing([dataset.known[code].name for code in one.parts], 5)
            drop[name] = f"its figures are the sums of those of {parts}"
    return replace(plan, row=row, drop=drop)


def _without_marks(labels: Sequence[str]) -> dict[str, str]:
    """Labels that end in a footnote's mark → the name without it, if no other label is that."""
    known = set(map(name_key, labels))
    bare = {text: _MARK.sub("", text) for text in labels if _MARK.search(text)}
    return {text: name for text, name in bare.items() if name and name_key(name) not in known}


def place_labels(guess: Guess) -> tuple[str, ...]:
    """The names of places in a table's rows with figures, as the table is read."""
    if not guess.place:
        of_columns = (named.place for named in guess.values.values())
        return tuple(filter(None, (*of_columns, guess.constants.get("COUNTRY"))))
    rows = has_value(guess.columns, iter(guess.figures))
    column = guess.columns[guess.place]
    labels = labels_at(column, rows)
    if guess.is_proposed and guess.place in guess.opened.grid.columns:
        words = worded(guess.opened.grid, "COUNTRY", guess.place).categories.tolist()
        codes = column.cells.categories.tolist()
        if len(words) == len(codes):
            known = dict(zip(codes, words, strict=True))
            labels = tuple(known[label] for label in labels)
    return tuple(map(tidy, labels))


def places_with_sections(
    dataset: DataSet, most: int
) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """The places with most figures, in the order of their names; and the others."""
    figures = dict.fromkeys((place.code for place in dataset.countries), 0)
    sizes = _sizes(dataset)
    for table in dataset.tables.values():
        for metric in table.metrics():
            for unit in table.units(metric):
                for subject in table.summands(metric, unit):
                    for code in table.places(metric, subject, unit):
                        figures[code] = figures.get(code, 0) + 1
    ranked = sorted(dataset.countries, key=lambda p: (-figures[p.code], -sizes.get(p.code, 0.0)))
    taken = {place.code for place in ranked[:most]}
    return (
        tuple(place for place in dataset.countries if place.code in taken),
        tuple(place for place in dataset.countries if place.code not in taken),
    )


def _sizes(dataset: DataSet) -> dict[str, float]:
    """Code → latest figures of the first measure that adds over places, by which places differ."""
    adds = (
        (table, metric, unit)
        for table in dataset.tables.values()
        for metric in table.metrics()
        for unit in table.units(metric)
        if table.measure(metric, unit).adds_over_places
    )
    found = next(adds, None)
    sizes: dict[str, float] = {}
    if found is None:
        return sizes
    table, metric, unit = found
    for subject in table.summands(metric, unit):
        for code in table.places(metric, subject, unit):
            series = table.series(code, metric, subject, unit)
            if series is not None and series.points:
                last = list(series.points.values())[-1]
                sizes[code] = sizes.get(code, 0.0) + last.value
    return sizes


def _of_countries(codes: set[str], rest: Sequence[str]) -> tuple[str, str, str, str]:
    """Region, members, row and reason for countries."""
    known = gazetteer()
    best: tuple[int, str] | None = None
    for group in _GROUPS:
        members = set(known.members(group) or ())
        is_near = codes <= members and len(codes) >= _COVERED * len(members)
        if is_near and len(codes) > 1 and (best is None or len(members) < best[0]):
            best = len(members), group
    world = [text for text in rest if name_key(text) in _WORLD]
    of_union = [text for text in rest if known.members(text) == known.members("EU27")]
    union = set(known.members("EU27") or ())
    is_world = bool(world) or len(codes) >= _MANY
    if best:
        group, why = best[1], f"all {len(codes)} countries are members"
    elif not is_world and (of_union or _is_most(codes, union)):
        group, why = "EU27", f"{len(codes & union)} of {len(codes)} countries are members"
    elif is_world:
        return "The world", "all", _row(world, ()), f"the table has {len(codes)} countries"
    else:
        sums = [text for text in rest if is_sum_of_places(text)]
        return GROUP, "all", _row(sums, ()), "the countries are no group that Factbook knows"
    name = {"EU27": "EU", "EURO": "Euro area"}.get(group, group)
    rows = [text for text in rest if known.members(text) == known.members(group)]
    return name, group, _row(rows, (name, group)), why


def _is_most(codes: set[str], union: set[str]) -> bool:
    """Whether nearly all countries are members, and most members are there."""
    both = len(codes & union)
    return both >= _COVERED * len(union) and both >= _NEARLY_ALL * len(codes)


def _of_nuts(codes: Iterable[str], rest: Sequence[str]) -> tuple[str, str, str, str]:
    countries = {code[:2] for code in codes}
    if len(countries) == 1:
        code = countries.pop()
        name = gazetteer().names.get(gazetteer().code(code) or "", code)
        return name, code, _row([text for text in rest if text == code], (name,)), "all are of it"
    known = gazetteer()
    rows = [text for text in rest if known.members(text) == known.members("EU27")]
    return "EU", "EU27", _row(rows, ("EU", "EU27")), "the regions are of several countries"


def _of_free(labels: Sequence[str]) -> tuple[str, str, str, str]:
    """The region of places of no list; a country among them is their whole."""
    countries = [text for text in labels if gazetteer().code(text)]
    if len(countries) == 1 and len(labels) > 2 and len(countries[0]) > 2:
        return countries[0], "all", "", f"'{countries[0]}' is a country among places of no list"
    world = [text for text in labels if name_key(text) in _WORLD]
    if world:
        return "The world", "all", world[0], f"'{world[0]}' is among the places"
    sums = [text for text in labels if is_sum_of_places(text) or name_key(text) in _SUMS]
    return GROUP, "all", _row(sums, ()), "the places are of no group that Factbook knows"


def _row(rows: Sequence[str], names: Sequence[str]) -> str:
    """The label of the region's own row, where it is not found by its name."""
    known = {name_key(name) for name in names}
    if not rows or any(name_key(text) in known for text in rows):
        return ""
    return next((text for text in rows if "2020" in text), rows[0])


def _same_place(
    codes: Mapping[str, str], guesses: Sequence[Guess], names: Mapping[str, str]
) -> dict[str, str]:
    """Labels of a place that has another one in the same table, with the reason."""
    found: dict[str, str] = {}
    for guess in guesses:
        by_code: dict[str, list[str]] = {}
        for label in place_labels(guess):
            if label in codes:
                by_code.setdefault(codes[label], []).append(label)
        for code, same in by_code.items():
            if len(same) > 1:
                name = names.get(code, code)
                kept = next((text for text in same if name_key(text) == name_key(name)), same[0])
                found |= {t: f"the same place as '{kept}'" for t in same if t != kept}
    return found
