from itertools import combinations
from random import Random

import numpy as np
import pytest

from factbook.data.statuses.suppressed import Cell, Sum, also_withheld, computable, sums_of_block

ROW = [Sum(("AT", "all"), (("AT", "coal"), ("AT", "gas"), ("AT", "wind")))]
BLOCK = sums_of_block(["AT", "DE", "FR"], ["coal", "gas"], region="EU", total="all")


def test_one_hidden_part_hides_its_total() -> None:
    """Total less the other parts is the secret."""
    assert computable([("AT", "coal")], ROW) == {("AT", "coal"): (0,)}
    assert also_withheld([("AT", "coal")], ROW) == (("AT", "all"),)


def test_two_hidden_parts_protect_each_other() -> None:
    """Their sum is known, and neither of them."""
    hidden = [("AT", "coal"), ("AT", "gas")]
    assert computable(hidden, ROW) == {}
    assert also_withheld(hidden, ROW) == ()


def test_hidden_total_needs_no_further_one() -> None:
    """A total that is confidential itself follows from its parts: one of them goes with it."""
    assert also_withheld([("AT", "all")], ROW) == (("AT", "coal"),)
    assert also_withheld([("AT", "all"), ("AT", "gas")], ROW) == ()


def test_region_less_its_members_gives_nothing_away() -> None:
    """One country's secret hides its region's figure."""
    members = sums_of_block(["AT", "DE", "FR"], ["coal"], region="EU")
    assert also_withheld([("AT", "coal")], members) == (("EU", "coal"),)
    assert also_withheld([("AT", "coal"), ("FR", "coal")], members) == ()


def test_block_hides_along_both_sides() -> None:
    """A row's total could be had from the region's, so that these are hidden as well."""
    assert also_withheld([("AT", "coal")], BLOCK) == (
        ("AT", "all"), ("EU", "all"), ("EU", "coal"),
    )  # fmt: skip


def test_two_hidden_in_a_row_are_given_away_by_columns() -> None:
    """The row's total is safe; the region's figures of both categories are not."""
    assert also_withheld([("AT", "coal"), ("AT", "gas")], BLOCK) == (
        ("EU", "coal"), ("EU", "gas"),
    )  # fmt: skip


def test_four_hidden_corners_need_nothing_more() -> None:
    """In each row and column two are hidden."""
    corners = [(place, category) for place in ("AT", "DE") for category in ("coal", "gas")]
    assert also_withheld(corners, BLOCK) == ()


def test_difference_of_two_totals_gives_away_what_neither_does() -> None:
    """Thermal and all are shown; wind is their difference, though three parts are hidden."""
    coal, gas, wind, thermal, total = [("AT", name) for name in ("c", "g", "w", "thermal", "all")]
    sums = [Sum(thermal, (coal, gas)), Sum(total, (coal, gas, wind))]
    assert computable([coal, gas, wind], sums) == {wind: (0, 1)}
    assert also_withheld([coal, gas, wind], sums) == (total,)


def test_breakdown_without_its_total_is_used_against_another() -> None:
    """Two breakdowns of one hidden total: a part must go, as there is no total left."""
    total, men, women, young, old = [("AT", name) for name in ("all", "m", "w", "young", "old")]
    sums = [Sum(total, (men, women)), Sum(total, (young, old))]
    assert also_withheld([total, men], sums) == (young,)


def test_what_sums_alone_determine_is_no_secret() -> None:
    """A part that must be nothing; no shown figure gives it away, and none is hidden for it."""
    total, part, rest = ("AT", "all"), ("AT", "part"), ("AT", "rest")
    sums = [Sum(total, (part, rest)), Sum(total, (part,))]
    assert also_withheld([total, part, rest], sums) == ()


def test_nothing_is_withheld_for_nothing() -> None:
    """Without secrets, or without sums."""
    assert also_withheld([], BLOCK) == ()
    assert also_withheld([("AT", "coal")], []) == ()
    assert also_withheld([("XX", "coal")], BLOCK) == ()


@pytest.mark.parametrize("seed", range(20))
def test_no_secret_can_be_solved_for(seed: int) -> None:
    """A solver of linear equations finds none; and each cell that was withheld is needed."""
    draw = Random(seed)  # noqa: S311 - examples, no secrets
    places, categories = ["A", "B", "C", "D"], ["x", "y", "z"]
    sums = sums_of_block(places, categories, region="R", total="T")
    inner = [(place, category) for place in places for category in categories]
    secret = draw.sample(inner, draw.randint(1, 4))
    further = also_withheld(secret, sums)
    assert not _solvable([*secret, *further], sums) & set(secret)
    for fewer in combinations(further, len(further) - 1) if further else ():
        assert _solvable([*secret, *fewer], sums) & set(secret)


def _solvable(hidden: list[Cell], sums: tuple[Sum, ...]) -> set[Cell]:
    """The hidden cells that are 0 in every solution of the equations without constants."""
    matrix = np.zeros((len(sums), len(hidden)))
    for row, one in enumerate(sums):
        for cell, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
            if cell in hidden:
                matrix[row, hidden.index(cell)] += sign
    _, values, vectors = np.linalg.svd(matrix)
    rank = int((values > 1e-9).sum())
    free = vectors[rank:]
    return {cell for n, cell in enumerate(hidden) if np.abs(free[:, n]).max(initial=0) < 1e-9}
