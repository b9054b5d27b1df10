"""Node splits and borders: where nodes lie and which countries are neighbours, with faults."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.fuzz.results import NODES
from tests.fuzz.tables import ODD_PLACES, Row
from tests.fuzz.values import misspelt, texts

_COUNTRIES = {"AT": ("Austria", "AT", "Österreich"), "FR": ("France", "FR", "FRA")}
_odd_places = st.one_of(st.sampled_from(ODD_PLACES), texts)


@st.composite
def node_splits(draw: st.DrawFn) -> list[Row]:
    """Rows of a node split, the header first."""
    part = draw(st.sampled_from(("Region", "City", "Area")))
    made = [["Node", "Country", part, "Share"]]
    for number, node in enumerate(NODES):
        country = draw(st.sampled_from(_COUNTRIES[node[-2:]]))
        made.append([node, country, draw(st.sampled_from(("Nord", "Süd", ""))), f"0.{number}"])
    return draw(_with_faults(made))


@st.composite
def borders(draw: st.DrawFn) -> list[Row]:
    """Rows of a borders table, the header first."""
    made = [["Country", draw(st.sampled_from(("Neighbour", "Neighbor", "neighbour ")))]]
    pairs = (("Austria", "Germany"), ("France", "Germany"), ("DE", "AT"), ("Spain", "France"))
    made += [list(pair) for pair in draw(st.lists(st.sampled_from(pairs), max_size=4))]
    return draw(_with_faults(made))


@st.composite
def _with_faults(draw: st.DrawFn, made: list[Row]) -> list[Row]:
    if draw(st.booleans()):
        return made
    for _ in range(draw(st.sampled_from((1, 1, 1, 3)))):
        row = draw(st.sampled_from(made[1:] or made)) if made else []
        draw(st.sampled_from(_FAULTS))(draw, made, row)
    return made


def _change(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    if row:
        row[draw(st.integers(0, len(row) - 1))] = draw(_odd_places)


def _rename(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    if made and made[0]:
        at = draw(st.integers(0, len(made[0]) - 1))
        made[0][at] = draw(misspelt(made[0][at]))


def _repeat(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    made.insert(draw(st.integers(0, len(made))), list(row))


def _move(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    made.append([*row[:1], draw(_odd_places), *row[2:]])


def _cut(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    del row[draw(st.integers(0, len(row))) :]


def _lengthen(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    row.append(draw(texts))


def _delete(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    del made[draw(st.sampled_from((1, 2, 0))) :]


_FAULTS: tuple[Callable[[st.DrawFn, list[Row], Row], None], ...] = (
    _change,
    _change,
    _rename,
    _repeat,
    _move,
    _cut,
    _lengthen,
    _delete,
)
