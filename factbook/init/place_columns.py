"""Which column has the places, and of which kind they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from factbook.config.place_tables import PlaceKind
from factbook.data.places.atlas import Atlas
from factbook.data.places.gazetteer import gazetteer
from factbook.data.places.open_places import NutsAtlas, OpenAtlas
from factbook.data.places.place_list import us_states
from factbook.init import words
from factbook.init.columns import Column

_MOST_LABELS = 300
_MOSTLY = 0.6
"""Share of a column's labels that must be places of one kind."""

_LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of places.

    Attributes:
        name: As ``[places] kind`` has it.
        level: Level of NUTS regions; 0 for other kinds.
    """

    name: PlaceKind
    level: int = 0

    def atlas(self) -> Atlas:
        """The places of the kind."""
        if self.name == "nuts":
            return NutsAtlas(self.level, {})
        if self.name == "us-states":
            return us_states()
        return gazetteer() if self.name == "countries" else OpenAtlas()

    @property
    def words(self) -> str:
        """What its places are, in words."""
        level = f"NUTS {self.level} regions"
        return {"countries": "countries", "us-states": "US states", "nuts": level}.get(
            self.name, "places of no known list"
        )


KNOWN_KINDS = (Kind("countries"), Kind("us-states"), *(Kind("nuts", level) for level in _LEVELS))
FREE = Kind("free")


def kind_of(labels: Collection[str]) -> Kind:
    """The kind of places that most of some labels are; free if there is none."""
    kind, share = _best_kind(labels)
    return kind if share >= _MOSTLY else FREE


def place_column(columns: Mapping[str, Column]) -> tuple[str, str]:
    """Heading of the column of places and why it was taken; an empty text and why there is none.

    A column is that of places if most of its labels are places of one kind; else if its heading
    says so; else if there is no other column of labels.

    Args:
        columns: Heading → column of labels, in the order of the file.
    """
    best: tuple[float, bool, float, int] | None = None
    found = ""
    why = ""
    for at, (text, column) in enumerate(columns.items()):
        kind, share = _best_kind(column.labels)
        if share < _MOSTLY:
            continue
        is_named = words.is_one_of(text, words.PLACES)
        rank = (round(share, 1), is_named, min(_mean_length(column.labels), 8), -at)
        if best is None or rank > best:
            best, found = rank, text
            why = f"{share:.0%} of its labels are {kind.words}"
    if found:
        return found, why
    named = [text for text in columns if words.is_one_of(text, words.PLACES)]
    named += [text for text in columns if words.has_word_of(text, words.PLACES)]
    if named:
        return named[0], "by its heading; its labels are places of no list that Factbook knows"
    if len(columns) == 1:
        return next(iter(columns)), "it is the only column of labels"
    return "", "none has names of places that Factbook knows, nor a heading such as 'region'"


def _best_kind(labels: Collection[str]) -> tuple[Kind, float]:
    """The kind with most places among the labels, and its share of those that denote one place.

    Labels of several places (a total, the EU) count for no kind and against none.
    """
    every = list(labels)
    tried = every[:: max(len(every) // _MOST_LABELS, 1)][:_MOST_LABELS]
    best, best_share, most = FREE, 0.0, 0
    for kind in KNOWN_KINDS:
        atlas = kind.atlas()
        places = sum(atlas.code(label) is not None for label in tried)
        several = sum(atlas.is_aggregate(label) for label in tried)
        share = places / max(len(tried) - several, 1)
        if share >= _MOSTLY and places > max(most, several // 2):
            best, best_share, most = kind, share, places
    return best, best_share


def _mean_length(labels: Collection[str]) -> float:
    return sum(map(len, labels)) / max(len(labels), 1)
