"""What is said to be the largest of its kind is so among leaves: no sum is a peer of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from factbook.evidence.facts import Evidence
from factbook.evidence.references import render
from factbook.writing.job import Shape
from factbook.writing.offline import OfflineWriter
from tests.evidence.conftest import Ask, chart
from tests.writing.evidence_factory import job

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

LEADER, GAINER, LOSER = "Hydro", "Wind", "Coal"
SHAPES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "by value": {"Chimneys": ("Coal", "Gas"), "Weather": ("Wind", "Solar"),
                 "Everything": tuple(LEAVES)},
    "by name": {"Fossil": ("Coal", "Gas"), "Wind and Solar": ("Wind", "Solar"),
                "Total": tuple(LEAVES)},
    "in levels": {"Chimneys": ("Coal", "Gas"), "No uranium": ("Coal", "Gas", "Wind", "Solar"),
                  "Everything": tuple(LEAVES)},
}  # fmt: skip
SECTIONS = 40
FOLLOWING = re.compile(
    r"came next|^Next|next after|next places|followed|Behind|(Further|Lower) down"
)
LEADING = re.compile(r"largest (single )?(category|item|part)|contributed most|First among|No cat"
                     r"egory of .* was larger|At the head|(led|headed) the categories")  # fmt: skip
GAINING = re.compile(r"gained most|largest (increase|gain)|added more|Most was added")
LOSING = re.compile(r"largest (decrease|loss)|fell most|lost more|steepest drop")


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
        text = render(OfflineWriter().write(job(one, shape=shape)).source_text, one.by_id)
        yield from re.split(r"(?<=[.!?])\s+", text)


def _assert_leaves_alone(evidence: Evidence, sums: set[str], names: Mapping[str, str]) -> None:
    kinds = ((LEADING, LEADER), (GAINING, GAINER), (LOSING, LOSER))
    found = dict.fromkeys((leaf for _, leaf in kinds), 0)
    for sentence in _sentences(evidence):
        if "members" in sentence:  # of the region, in a rank or among the largest
            continue
        for pattern, leaf in kinds:
            if pattern.search(sentence):
                assert names.get(leaf, leaf).casefold() in sentence.casefold(), sentence
                found[leaf] += 1
        if FOLLOWING.search(sentence):
            assert not [name for name in sums if name.casefold() in sentence.casefold()], sentence
    assert all(count > SECTIONS / 4 for count in found.values()), found


@pytest.mark.parametrize("shape", SHAPES)
def test_largest_category_is_a_leaf(ask: Ask, shape: str) -> None:
    """Coal and gas together are more than hydropower, and stand in no row beside it."""
    sums = SHAPES[shape]
    asked = ask(chart("Generation"), rows=_rows(sums, {}), region={"members": list(PLACES)})
    _assert_leaves_alone(asked.of("AT"), set(sums) - {"Total", "Everything"}, {})


def test_largest_variable_is_a_leaf_of_its_hierarchy(ask: Ask) -> None:
    """Power|Thermal is no peer of Power|Thermal|Coal."""
    names = {"Coal": "Power|Thermal|Coal", "Gas": "Power|Thermal|Gas", "Hydro": "Power|Hydro",
             "Wind": "Power|Sky|Wind", "Solar": "Power|Sky|Solar"}  # fmt: skip
    sums = {"Power|Thermal": ("Coal", "Gas"), "Power|Sky": ("Wind", "Solar"),
            "Power": tuple(LEAVES)}  # fmt: skip
    asked = ask(chart("Generation"), rows=_rows(sums, names), region={"members": list(PLACES)})
    found = asked.dataset.tables["ETM"].composition("Generation", "TWh")
    assert set(found.summands) == set(names.values())
    _assert_leaves_alone(asked.of("AT"), {"“Power|Thermal”", "“Power|Sky”"}, names)
