"""Lists of places: the states of the USA, and those that a project brings as a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from factbook.data.cleaning import Notes, listing
from factbook.data.grids.columns import match_columns
from factbook.data.grids.grid_files import Wanted, read_grid
from factbook.data.labels import categorical
from factbook.data.places.atlas import Noun, is_sum_of_places
from factbook.data.places.gazetteer import gazetteer
from factbook.data.places.us_states import STATES
from factbook.names import LONGEST_NAME, name_key, tidy

_COLUMNS = {
    "code": "code",
    "name": "name",
    "parent": "parent",
    "neighbours": "neighbours",
    "aliases": "aliases",
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """A place of a list.

    Attributes:
        code: Its code in section ids: ASCII letters, digits, ``.``, ``_`` and ``-``.
        name: The name that readers see.
        parent: Name or code of the group that it belongs to; may be empty.
        neighbours: Names or codes of the places that it borders on.
        aliases: Other names in the data.
        row: Its row in the file; 0 without one.
    """

    code: str
    name: str
    parent: str = ""
    neighbours: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    row: int = 0


class PlaceList:
    """The places of a list, and the groups that their parents make.

    A place that others have as their parent is a group of them, and no place of the report.

    Args:
        places: The places, each with its own code and name.
        noun: What a place is called.
        has_countries: Whether countries are groups too, as beside the states of one.
    """

    def __init__(
        self, places: Sequence[ListedPlace], noun: Noun, *, has_countries: bool = False
    ) -> None:
        self.noun = noun
        self._has_countries = has_countries
        by_key = {name_key(p.code): p for p in places} | {name_key(p.name): p for p in places}
        children: dict[str, list[ListedPlace]] = {}
        called: dict[str, str] = {}
        for place in places:
            if place.parent:
                parent = by_key.get(name_key(place.parent))
                key = name_key(parent.name if parent else place.parent)
                called.setdefault(key, parent.name if parent else tidy(place.parent))
                children.setdefault(key, []).append(place)
        leaves = [place for place in places if name_key(place.name) not in children]
        self.names = {place.code: place.name for place in leaves}
        self._codes: dict[str, str] = {}
        for place in leaves:
            for name in (place.code, place.name, *place.aliases):
                self._codes.setdefault(name_key(name), place.code)
        self._groups = {key: _below(key, children) for key in children}
        self._group_codes = {
            name_key(name): name_key(place.name)
            for place in places
            if name_key(place.name) in children
            for name in (place.code, *place.aliases)
        }
        self.groups = tuple(called.values())
        self._neighbours = {place.code: place.neighbours for place in leaves}

    def members(self, group: str) -> tuple[str, ...] | None:
        """Codes of all places below a parent, or None when no place has it."""
        key = name_key(group)
        return self._groups.get(self._group_codes.get(key, key))

    def code(self, name: str) -> str | None:
        """Code of the place with a code, name or alias, or None."""
        return self._codes.get(name_key(name)) if len(name) <= LONGEST_NAME else None

    def is_aggregate(self, name: str) -> bool:
        """Whether a name is that of a group, or of the sum of all places."""
        if len(name) > LONGEST_NAME or self.code(name):
            return False
        if self.members(name) is not None or is_sum_of_places(name):
            return True
        above = gazetteer()
        return self._has_countries and bool(above.code(name) or above.is_aggregate(name))

    @property
    def borders(self) -> Mapping[str, frozenset[str]]:
        """Code → codes of the places that it borders on, both ways."""
        found: dict[str, set[str]] = {}
        for code, names in self._neighbours.items():
            for other in filter(None, map(self.code, names)):
                if other != code:
                    found.setdefault(code, set()).add(other)
                    found.setdefault(other, set()).add(code)
        return {code: frozenset(others) for code, others in found.items()}


def _below(key: str, children: Mapping[str, Sequence[ListedPlace]]) -> tuple[str, ...]:
    """Codes of the places below a parent that are no parents themselves, in the list's order."""
    found: dict[str, None] = {}
    seen, to_read = {key}, [key]
    while to_read:
        for place in children[to_read.pop(0)]:
            own = name_key(place.name)
            if own not in children:
                found[place.code] = None
            elif own not in seen:
                seen.add(own)
                to_read.append(own)
    return tuple(found)


def us_states() -> PlaceList:
    """The states of the USA, the District of Columbia and the inhabited territories."""
    places = [
        ListedPlace(code, name, region, tuple(near.split()), (f"US-{code}", *aliases))
        for code, name, region, near, *aliases in STATES
    ]
    noun = Noun("state", "states", "postal codes of two letters")
    return PlaceList(places, noun, has_countries=True)


def read_place_list(file: str, path: Path, notes: Notes) -> list[ListedPlace]:
    """Read ``[places] file``: code, name, parent, neighbours and aliases.

    Lists within a cell are separated by semicolons. Errors are noted: blank cells, codes that are
    none, names that two places share, and neighbours that are not in the list.
    """
    wanted = Wanted(frozenset(_COLUMNS), lambda _: False)
    grid = read_grid(path, file, wanted, notes)
    found = grid and match_columns(grid.headings, _COLUMNS, ("code", "name"), file, notes)
    if not grid or not found:
        return []
    frame = pd.DataFrame({"row": grid.rows})
    for column in _COLUMNS:
        cells = categorical(grid.columns[found[column]]) if column in found else ""
        frame[column] = [tidy(str(cell)) for cell in cells] if column in found else cells
    places = [
        ListedPlace(code, name, parent, _items(near), _items(aliases), row)
        for row, code, name, parent, near, aliases in frame.itertuples(index=False)
        if code or name or parent
    ]
    _check(places, file, notes)
    return places


def _items(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, map(tidy, cell.split(";"))))


def _check(places: Sequence[ListedPlace], file: str, notes: Notes) -> None:
    _note(
        [p for p in places if not (_CODE.fullmatch(p.code) and p.name)],
        "place-row",
        "without a name, or with a code that is none",
        "a name, and a code of at most 40 ASCII letters, digits, '.', '_' and '-'",
        file,
        notes,
    )
    by_key: dict[str, list[ListedPlace]] = {}
    for place in places:
        for key in {name_key(name) for name in (place.code, place.name, *place.aliases)} - {""}:
            by_key.setdefault(key, []).append(place)
    twice = [place for same in by_key.values() if len(same) > 1 for place in same]
    _note(
        list(dict.fromkeys(twice)),
        "place-twice",
        "with a code, name or alias that another place has too",
        "each code, name and alias once, whatever its case",
        file,
        notes,
    )
    lost = {p: [n for n in p.neighbours if name_key(n) not in by_key] for p in places}
    _note(
        [place for place, names in lost.items() if names],
        "place-neighbour",
        f"with neighbours that are not in the list ({listing(_flat(lost.values()), 8)})",
        "codes, names and aliases of the list, with ; between them",
        file,
        notes,
    )
    _note(
        [p for p in places if _is_in_a_circle(p, by_key)],
        "place-parents",
        "that are among their own parents",
        "a parent above",
        file,
        notes,
    )


def _flat(lists: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(name for names in lists for name in names))


def _is_in_a_circle(place: ListedPlace, by_key: Mapping[str, Sequence[ListedPlace]]) -> bool:
    above, seen = place, {name_key(place.name)}
    while above.parent and name_key(above.parent) in by_key:
        above = by_key[name_key(above.parent)][0]
        if above == place:
            return True
        if name_key(above.name) in seen:
            return False  # a circle above it, which is reported of its own places
        seen.add(name_key(above.name))
    return False


def _note(
    wrong: Sequence[ListedPlace], code: str, what: str, allowed: str, file: str, notes: Notes
) -> None:
    if wrong:
        names = listing((f"'{p.name or p.code}' (row {p.row})" for p in wrong), 8)
        notes.add(
            "error",
            code,
            f"places {what}: {names}",
            file=file,
            cells=[place.row for place in wrong],
            allowed=allowed,
            remedy="Correct the rows",
        )
