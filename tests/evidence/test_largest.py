"""What is said to have moved most is a leaf that did: no sum is a peer of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from factbook.evidence.facts import Evidence
from factbook.writing.job import Shape
from tests.evidence.conftest import Ask, chart
from tests.writing.worlds import job_of, written

YEARS = range(2016, 2022)
PLACES = ("Austria", "France", "Italy")
LEAVES: Mapping[str, tuple[float, float]] = {
    "Coal": (30.2, -1.9),
    "Gas": (24.4, 1.2),
    "Wind": (21.3, 3.4),
    "Solar": (6.1, 1.7),
    "Hydro": (41.7, 0.3),
}
"""Leaf → its figure of 2016 in Austria, and its change a year."""

GAINER, LOSER = "Wind", "Coal"
SHAPES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "by value": {"Chimneys": ("Coal", "Gas"), "Weather": ("Wind", "Solar"),
                 "Everything": tuple(LEAVES)},
    "by name": {"Fossil": ("Coal", "Gas"), "Wind and Solar": ("Wind", "Solar"),
                "Total": tuple(LEAVES)},
    "in levels": {"Chimneys": ("Coal", "Gas"), "No uranium": ("Coal", "Gas", "Wind", "Solar"),
                  "Everything": tuple(LEAVES)},
}  # fmt: skip
SECTIONS = 40
GAINING = re.compile(r"rose most|gained most|grew most|largest move")
LOSING = re.compile(r"fell most|fell furthest|lost most|largest move")


def _rows(sums: Mapping[str, tuple[str, ...]], names: Mapping[str, str]) -> Iterator[str]:
    for number, place in enumerate(PLACES):
        for year in YEARS:
            own = {
                leaf: round(first * (1 + 0.37 * number) + step * (year - 2016), 1)
                for leaf, (first, step) in LEAVES.items()
            }
            of_sums = {name: sum(own[part] for part in parts) for name, parts in sums.items()}
            for name, value in {**own, **of_sums}.items():
                yield f'{place},"{names.get(name, name)}",{year},{value:.1f},Generation,TWh'


def _sentences(evidence: Evidence) -> Iterator[str]:
    """All sentences of the same facts in sections of different ids, so in different words."""
    shape = Shape(min_words=200, max_words=320, paragraphs=3)
    for number in range(SECTIONS):
        one = evidence.model_copy(update={"section_id": f"1.{number}.1@AT"})
        yield from re.split(r"(?<=[.!?])\s+", written(job_of(one, shape=shape)))


def _assert_leaves_alone(evidence: Evidence, sums: set[str], names: Mapping[str, str]) -> None:
    """That what leads, gains or loses most is the leaf that does."""
    movers = {LOSER: LOSING, GAINER: GAINING}
    found = 0
    for sentence in _sentences(evidence):
        if "members" in sentence:  # of the region, in a rank or among the largest
            continue
        subject = re.split(r"\b(?:fell|rose|lost|gained|grew|had|made up|,)", sentence)[0]
        for leaf in LEAVES:
            named = names.get(leaf, leaf).casefold() in subject.casefold()
            mover = movers.get(leaf)
            if named and (GAINING.search(sentence) or LOSING.search(sentence)):
                assert mover is not None, sentence
                assert mover.search(sentence), sentence
                found += 1
        if GAINING.search(sentence) or LOSING.search(sentence):
            assert not [name for name in sums if name.casefold() in subject.casefold()], sentence
    assert found > SECTIONS / 4, found


@pytest.mark.parametrize("shape", SHAPES)
def test_largest_category_is_a_leaf(ask: Ask, shape: str) -> None:
    """Coal and gas together are more than hydropower, and stand in no row beside it."""
    sums = SHAPES[shape]
    asked = ask(chart("Generation"), rows=_rows(sums, {}), region={"members": list(PLACES)})
    _assert_leaves_alone(asked.told("AT"), set(sums) - {"Total", "Everything"}, {})


def test_largest_variable_is_a_leaf_of_its_hierarchy(ask: Ask) -> None:
    """Power|Thermal is no peer of Power|Thermal|Coal."""
    names = {"Coal": "Power|Thermal|Coal", "Gas": "Power|Thermal|Gas", "Hydro": "Power|Hydro",
             "Wind": "Power|Sky|Wind", "Solar": "Power|Sky|Solar"}  # fmt: skip
    sums = {"Power|Thermal": ("Coal", "Gas"), "Power|Sky": ("Wind", "Solar"),
            "Power": tuple(LEAVES)}  # fmt: skip
    asked = ask(chart("Generation"), rows=_rows(sums, names), region={"members": list(PLACES)})
    found = asked.dataset.tables["ETM"].composition("Generation", "TWh")
    assert set(found.summands) == set(names.values())
    _assert_leaves_alone(asked.told("AT"), {"“Power|Thermal”", "“Power|Sky”"}, names)
