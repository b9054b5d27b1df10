"""From names in the data to places: corrections, the region's own row, countries, aggregates."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice
from typing import Literal

from factbook.config.place_tables import Region
from factbook.config.project_config import ProjectConfig
from factbook.data.cleaning import Notes, listing
from factbook.data.places.atlas import Atlas
from factbook.data.places.gazetteer import gazetteer
from factbook.data.places.open_places import OpenAtlas
from factbook.data.places.report_places import (
    labels_of_regions,
    listed_code,
    listed_places,
    table_of,
)
from factbook.data.series import Place
from factbook.errors import nearest
from factbook.names import name_key, tidy

_LIKENESS = 0.8
"""Similarity above which a name counts as a misspelling of a country's."""

_NAMES_SHOWN = 30
"""Of those that are no places: for these alone is looked up what may be meant."""

MOST_NAMES = 5_000
"""Different names that are looked up in a project; there are 250 countries, in some spellings."""

Kind = Literal["country", "region", "aggregate", "dropped", "unknown"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a name in the data.

    Attributes:
        kind: A country, the region, several countries, left out by the user, or unknown.
        code: Code of the country or of the region; else empty.
        name: The name after the user's renaming.
    """

    kind: Kind
    code: str
    name: str


class PlaceNames:
    """Reads the names of places according to a project's configuration.

    Args:
        config: Its region, countries, and corrections of places.
        notes: Collects problems of the configuration.
        atlas: The places of the project's kind; by default countries.
    """

    def __init__(self, config: ProjectConfig, notes: Notes, atlas: Atlas | None = None) -> None:
        self._config = config
        self.atlas = atlas or gazetteer()
        self._notes = notes
        self._cache: dict[str, Meaning] = {}
        self._shown: dict[str, str] = {}
        self._drop = {name_key(name): name for name in config.places.drop}
        self._rename = {name_key(old): tidy(new) for old, new in config.places.rename.items()}
        self._used: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self.listed = listed_places(config, self.atlas, notes)
        self._code_of_listed = {name_key(name): code for code, name in self.listed.items()}
        self.regions = tuple(Place(r.name, r.name, "region") for r in config.all_regions)
        self._region_codes = frozenset(region.code for region in self.regions)
        self._region_of = labels_of_regions(config, self.atlas, self._code_of_listed, notes)

    def meaning(self, name: str) -> Meaning:
        """The meaning of a name; each name is looked up once, and at most `MOST_NAMES` are."""
        text = tidy(name)
        found = self._cache.get(text)
        if found is None and self.is_full:
            return Meaning("unknown", "", text)
        if found is None:
            found = self._cache[text] = self._look_up(text)
        return found

    @property
    def is_full(self) -> bool:
        """Whether so many names were looked up that any other is unknown."""
        return len(self._cache) >= MOST_NAMES

    def saw(self, meaning: Meaning) -> None:
        """Record a country's name in the data; the first suitable one is shown."""
        if meaning.kind == "country" and _is_a_name(meaning.name):
            self._shown.setdefault(meaning.code, meaning.name)

    def place(self, code: str) -> Place:
        """The place with a country's code, and with the name that readers see."""
        name = self.listed.get(code) or self._shown.get(code) or self.atlas.names.get(code, code)
        return Place(code, name)

    @property
    def region(self) -> Place:
        """The report's main region."""
        return self.regions[0]

    def is_place(self, code: str) -> bool:
        """Whether a code is that of a place of the project's kind, and not of a region."""
        return code in self.atlas.names and code not in self._region_codes

    def nearest(self, name: str) -> str:
        """The country's name that `name` is a misspelling of, or an empty string.

        Scotland is not a misspelling of Poland, nor Indiana of India: names of other places are
        often similar, and often go on where a country's ends.
        """
        known = (self.listed.values(), self._shown.values(), self.atlas.names.values())
        like = nearest(name, chain(*known))
        one, other = sorted((name_key(name), name_key(like)), key=len)
        if other.startswith(one) and len(other) > len(one) + 1:
            return ""
        return like if SequenceMatcher(None, one, other).ratio() >= _LIKENESS else ""

    def members(self, region: Region, codes_in_data: Iterable[str]) -> tuple[Place, ...]:
        """A region's members, sorted by name; problems of the configuration are noted."""
        wanted = region.members
        if isinstance(wanted, str):
            if name_key(wanted) == "all":
                return sorted_by_name(map(self.place, set(codes_in_data)))
            everyone = self.atlas.members(wanted)
            if everyone is not None:
                return sorted_by_name(map(self.place, everyone))
            wanted = tuple(wanted.split(","))
        codes: dict[str, None] = {}
        unknown: list[str] = []
        for name in wanted:
            meaning = self.meaning(name)
            code = meaning.code if meaning.kind == "country" else listed_code(self.atlas, name)
            group = (code,) if code else self.atlas.members(name)
            codes.update(dict.fromkeys(group or ()))
            if not group:
                unknown.append(name.strip())
        self._note_unknown_members(region, unknown)
        return sorted_by_name(map(self.place, codes))

    def member_codes(self, codes_in_data: Collection[str]) -> dict[str, frozenset[str]]:
        """Code of each region → codes of its members."""
        return {
            region.name: frozenset(one.code for one in self.members(region, codes_in_data))
            for region in self._config.all_regions
        }

    def note_unused(self) -> None:
        """Warn of corrections that matched no name in the data."""
        self._note_unused_rows()
        unused = {name: "drop" for fold, name in self._drop.items() if fold not in self._used}
        unused |= {name: "rename" for name in self._config.places.rename
                   if name_key(name) not in self._used}  # fmt: skip
        spellings: dict[str, list[str]] = {}
        for seen, found in self._cache.items():
            spellings.setdefault(found.code, []).append(seen)
        for name, key in unused.items():
            code = listed_code(self.atlas, name)
            same = spellings.get(code, []) if code else []
            like = nearest(name, (seen for seen in self._cache if seen != name))
            remedy = f"Did you mean '{like}'?" if like else "Delete the correction"
            if same:
                remedy = f"Use the name in the data: {listing(map(repr, same))}"
            self._notes.add(
                "warning",
                "unused-correction",
                f"[places] {key} has '{name}', which does not occur in the data"
                + f": there it is written {listing(map(repr, same))}" * bool(same),
                file="project.toml",
                remedy=remedy,
            )

    def note_alike(self) -> None:
        """An error for names in the data of which the same code was made."""
        alike = self.atlas.alike if isinstance(self.atlas, OpenAtlas) else {}
        for code, (one, other) in alike.items():
            self._notes.add(
                "error",
                "places-alike",
                f"'{one}' and '{other}' have the same code, {code}, in ids of sections",
                file="project.toml",
                remedy=f'If they are one place, set rename = {{ "{other}" = "{one}" }} under '
                "[places]; if not, list the places with their codes in a file, [places] file",
            )

    def _note_unused_rows(self) -> None:
        """An error for each ``row`` of a region that no table has as COUNTRY."""
        data = self._config.data
        if not (data.etm or data.tables):
            return
        there = {seen.code for seen in self._cache.values() if seen.kind == "region"}
        for region in self._config.all_regions:
            row = region.row
            if row is None or region.name in there:
                continue
            like = nearest(row, self._cache)
            self._notes.add(
                "error",
                "region-row",
                f"{table_of(region, self._config)} row is '{row}', which no table has as COUNTRY",
                file="project.toml",
                allowed="" if like else listing(map(repr, self._cache), 12),
                remedy=f"Did you mean '{like}'?"
                if like
                else "Remove the key: the region's figures are then the sums of its members",
            )

    def _look_up(self, text: str) -> Meaning:
        fold = name_key(text)
        if fold in self._drop:
            self._used.add(fold)
            return Meaning("dropped", "", text)
        if fold in self._rename:
            self._used.add(fold)
            text = self._rename[fold]
            fold = name_key(text)
        if fold in self._drop:
            self._used.add(fold)
            return Meaning("dropped", "", text)
        if fold in self._region_of:
            return Meaning("region", self._region_of[fold], text)
        if not text:
            return Meaning("unknown", "", text)
        code = self._code_of_listed.get(fold) or self.atlas.code(text)
        if code:
            return Meaning("country", code, text)
        return Meaning("aggregate" if self.atlas.is_aggregate(text) else "unknown", "", text)

    def _note_unknown_members(self, region: Region, unknown: list[str]) -> None:
        groups, noun = self.atlas.groups, self.atlas.noun
        unknown = [name for name in unknown if (region.name, name) not in self._told]
        self._told.update((region.name, name) for name in unknown)
        for name in unknown:
            like = nearest(name, groups) or self.nearest(name)
            self._notes.add(
                "error",
                "region-members",
                f"{table_of(region, self._config)} members has '{name}', which is neither a "
                f"{noun.one} nor a group",
                file="project.toml",
                allowed=f'"all", a list of {noun.many}'
                + (f", or a group: {listing(groups, 60)}" if groups else ""),
                remedy=f"Did you mean '{like}'?" if like else "Correct the name",
            )


def sorted_by_name(places: Iterable[Place]) -> tuple[Place, ...]:
    """Places in the order of their names, without regard to accents and case."""
    return tuple(sorted(places, key=lambda place: (_sort_key(place.name), place.code)))


def note_unknown(
    unknown: Mapping[str, int], names: PlaceNames, file: str, notes: Notes, what: str = "COUNTRY"
) -> None:
    """One error for all names that are not places: each once, with the nearest known name.

    Args:
        unknown: Name → number of the first row with it.
        names: The reader of names, for the nearest.
        file: The file with the names.
        notes: Collects the error.
        what: The column with the names.
    """
    if not unknown:
        return
    likes = {name: names.nearest(name) for name in islice(unknown, _NAMES_SHOWN)}
    phrases = [
        f"'{name}' (perhaps {like})" if like else f"'{name}'" for name, like in likes.items()
    ]
    shown = listing([*phrases, *islice(unknown, _NAMES_SHOWN, None)], _NAMES_SHOWN)
    slips = [f'"{name}" = "{like}"' for name, like in likes.items() if like]
    others = [f'"{name}"' for name, like in likes.items() if not like]
    ways = []
    if slips:
        ways.append(f"rename = {{ {listing(slips, 12)} }}")
    if others:
        ways.append(f"drop = [{listing(others, 12)}]")
    noun = names.atlas.noun
    notes.add(
        "error",
        "unknown-place",
        f"{what} has {len(unknown)} "
        f"{'names that are' if len(unknown) > 1 else 'name that is'} neither a {noun.one} nor a "
        f"group of {noun.many}: {shown}" + _SO_MANY * names.is_full,
        file=file,
        cells=unknown.values(),
        remedy=f"Correct {'them' if len(unknown) > 1 else 'it'} in the file, or in project.toml "
        f"under [places]: {' and '.join(ways)}",
    )


_SO_MANY = f". Of all names the first {MOST_NAMES:,} were looked up, and no others"


def _is_a_name(text: str) -> bool:
    """Whether a text can be shown as a country's name: not a code, all capitals or lower case."""
    return (len(text) > 3 or not text.isascii()) and not (text.isupper() or text.islower())


def _sort_key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
