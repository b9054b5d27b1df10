"""From names in the data to places: corrections, the region's own row, countries, aggregates."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice
from typing import Literal

from factbook.config.project_config import ProjectConfig
from factbook.data.cleaning import Notes, listing
from factbook.data.gazetteer import gazetteer
from factbook.data.labels import tidy
from factbook.data.series import Place
from factbook.errors import nearest

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
    """

    def __init__(self, config: ProjectConfig, notes: Notes) -> None:
        self._config = config
        self._notes = notes
        self._cache: dict[str, Meaning] = {}
        self._shown: dict[str, str] = {}
        self._drop = {_fold(name): name for name in config.places.drop}
        self._rename = {_fold(old): tidy(new) for old, new in config.places.rename.items()}
        self._used: set[str] = set()
        self.listed = self._listed_countries()
        self._code_of_listed = {_fold(name): code for code, name in self.listed.items()}
        self._own_labels = self._labels_of_region()

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
        name = self.listed.get(code) or self._shown.get(code) or gazetteer().names.get(code, code)
        return Place(code, name)

    def region(self) -> Place:
        """The region."""
        return Place(self._config.region.name, self._config.region.name, "region")

    def nearest(self, name: str) -> str:
        """The country's name that `name` is a misspelling of, or an empty string.

        Scotland is not a misspelling of Poland: names of other places are often similar.
        """
        known = (self.listed.values(), self._shown.values(), gazetteer().names.values())
        like = nearest(name, chain(*known))
        likeness = SequenceMatcher(None, _fold(name), _fold(like)).ratio()
        return like if likeness >= _LIKENESS else ""

    def members(self, codes_in_data: Iterable[str]) -> tuple[Place, ...]:
        """The region's members, sorted by name; problems of the configuration are noted."""
        wanted = self._config.region.members
        if isinstance(wanted, str):
            if wanted.strip().casefold() == "all":
                return sorted_by_name(map(self.place, set(codes_in_data)))
            everyone = gazetteer().members(wanted)
            if everyone is not None:
                return sorted_by_name(map(self.place, everyone))
            wanted = tuple(wanted.split(","))
        codes: dict[str, None] = {}
        unknown: list[str] = []
        for name in wanted:
            meaning = self.meaning(name)
            code = meaning.code if meaning.kind == "country" else gazetteer().code(name)
            group = (code,) if code else gazetteer().members(name)
            codes.update(dict.fromkeys(group or ()))
            if not group:
                unknown.append(name.strip())
        self._note_unknown_members(unknown)
        return sorted_by_name(map(self.place, codes))

    def note_unused(self) -> None:
        """Warn of corrections that matched no name in the data."""
        self._note_unused_row()
        unused = {name: "drop" for fold, name in self._drop.items() if fold not in self._used}
        unused |= {name: "rename" for name in self._config.places.rename
                   if _fold(name) not in self._used}  # fmt: skip
        spellings: dict[str, list[str]] = {}
        for seen, found in self._cache.items():
            spellings.setdefault(found.code, []).append(seen)
        for name, key in unused.items():
            code = gazetteer().code(name)
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

    def _note_unused_row(self) -> None:
        row = self._config.region.row
        data = self._config.data
        if row is None or not (data.etm or data.tables):
            return
        is_read = all(
            f.severity == "warning" or f.code == "data.unknown-place" for f in self._notes.findings
        )
        if not is_read or any(seen.kind == "region" for seen in self._cache.values()):
            return
        like = nearest(row, self._cache)
        self._notes.add(
            "error",
            "region-row",
            f"[region] row is '{row}', which no table has as COUNTRY",
            file="project.toml",
            allowed="" if like else listing(map(repr, self._cache), 12),
            remedy=f"Did you mean '{like}'?"
            if like
            else "Remove the key: the region's figures are then the sums of its members",
        )

    def _look_up(self, text: str) -> Meaning:
        fold = _fold(text)
        if fold in self._drop:
            self._used.add(fold)
            return Meaning("dropped", "", text)
        if fold in self._rename:
            self._used.add(fold)
            text = self._rename[fold]
            fold = _fold(text)
        if fold in self._drop:
            self._used.add(fold)
            return Meaning("dropped", "", text)
        if fold in self._own_labels:
            return Meaning("region", self._config.region.name, text)
        if not text:
            return Meaning("unknown", "", text)
        code = self._code_of_listed.get(fold) or gazetteer().code(text)
        if code:
            return Meaning("country", code, text)
        return Meaning("aggregate" if gazetteer().is_aggregate(text) else "unknown", "", text)

    def _labels_of_region(self) -> frozenset[str]:
        region = self._config.region
        labels = [region.name, region.row or region.name]
        if isinstance(region.members, str) and gazetteer().members(region.members) is not None:
            labels.append(region.members)
        return frozenset(map(_fold, labels))

    def _listed_countries(self) -> dict[str, str]:
        """``[countries]`` as ISO code → name, in order; invalid codes are noted."""
        listed: dict[str, str] = {}
        for key, name in self._config.countries.items():
            code = gazetteer().code(key) if len(key.strip()) <= 3 else None
            if code is None:
                like = gazetteer().code(name)
                self._notes.add(
                    "error",
                    "country-code",
                    f"[countries] has the key '{key}' ({name}), which is not a country's code",
                    file="project.toml",
                    allowed="ISO 3166 codes of two letters; UK and EL are accepted",
                    remedy=f"Did you mean '{like}'?" if like else "Correct or delete the key",
                )
            elif code in listed:
                self._notes.add(
                    "error",
                    "country-twice",
                    f"[countries] has two keys for {code}: '{listed[code]}' and '{name}'",
                    file="project.toml",
                    remedy=f"Keep one of them, under {code}",
                )
            else:
                listed[code] = tidy(name) or gazetteer().names[code]
                self._note_other_country(code, listed[code])
        return listed

    def _note_other_country(self, code: str, name: str) -> None:
        """An error for a code with the name of another country."""
        other = gazetteer().code(name)
        if other and other != code:
            self._notes.add(
                "error",
                "country-name",
                f"[countries] calls {code} '{name}', which is the name of {other}: figures of "
                f"{gazetteer().names[code]} would be shown under it",
                file="project.toml",
                remedy=f'Write {code} = "{gazetteer().names[code]}", or {other} = "{name}"',
            )

    def _note_unknown_members(self, unknown: list[str]) -> None:
        for name in unknown:
            groups = gazetteer().groups
            like = nearest(name, groups) or self.nearest(name)
            self._notes.add(
                "error",
                "region-members",
                f"[region] members has '{name}', which is neither a country nor a group",
                file="project.toml",
                allowed=f'"all", a list of countries, or a group: {listing(groups, 60)}',
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
    notes.add(
        "error",
        "unknown-place",
        f"{what} has {len(unknown)} "
        f"{'names that are' if len(unknown) > 1 else 'name that is'} neither a country nor a group "
        f"of countries: {shown}" + _SO_MANY * names.is_full,
        file=file,
        cells=unknown.values(),
        remedy=f"Correct {'them' if len(unknown) > 1 else 'it'} in the file, or in project.toml "
        f"under [places]: {' and '.join(ways)}",
    )


_SO_MANY = f". Of all names the first {MOST_NAMES:,} were looked up, and no others"


def _fold(name: str) -> str:
    return tidy(name).casefold()


def _is_a_name(text: str) -> bool:
    """Whether a text can be shown as a country's name: not a code, all capitals or lower case."""
    return (len(text) > 3 or not text.isascii()) and not (text.isupper() or text.islower())


def _sort_key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
