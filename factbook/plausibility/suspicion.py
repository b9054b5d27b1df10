"""What a rule finds, and the finding that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from factbook.data.cleaning import CELLS_NAMED, plural
from factbook.errors import Finding
from factbook.plausibility.figures import Figures, Positions

MOST_EXAMPLES = 3

REMEDY = (
    "Correct the data; figures that are right all the same need nothing, "
    "and [plausibility] in project.toml says what is reported"
)


@dataclass(frozen=True)
class Suspicion:
    """Figures of a table that one rule finds implausible.

    Attributes:
        code: Stable name of the rule, for the finding.
        said: What is wrong with them, after their number: ``outside the range``.
        at: Their positions, the worst first.
        told: A figure in words, with what makes it implausible.
        allowed: What is allowed.
        remedy: What to do about them.
        noun, nouns: What is counted, one and several.
    """

    code: str
    said: str
    at: Positions
    told: Callable[[int], str]
    allowed: str = ""
    remedy: str = REMEDY
    noun: str = "figure"
    nouns: str = "figures"


def worst_first(at: Positions, badness: NDArray[np.float64]) -> Positions:
    """Positions in order of how bad they are; the first of equals stays first."""
    return at[np.argsort(-badness, kind="stable")]


def finding(suspicion: Suspicion, figures: Figures) -> Finding:
    """One warning for all figures of a rule: how many, the worst, and their rows.

    Rows are those in the file of the worst one.
    """
    seen, at = figures.observations, suspicion.at
    file = seen.file[at[0]]
    rows = np.unique(seen.row[at[seen.file[at] == file]][:CELLS_NAMED])
    elsewhere = int(np.count_nonzero(seen.file[at] != file))
    examples = list(_examples(suspicion, figures))
    more = len(at) - len(examples)
    counted = plural(len(at), suspicion.noun, suspicion.nouns)
    message = (
        f"{counted} of {figures.table.called} {suspicion.said}: "
        + "; ".join(examples)
        + (f"; and {more:,} more" if more else "")
        + (f", {elsewhere:,} of them in other files" if elsewhere else "")
    )
    return Finding(
        severity="warning",
        code=f"data.implausible-{suspicion.code}",
        message=message,
        file=figures.table.files[file],
        cells=tuple(f"row {row}" for row in rows.tolist()),
        allowed=suspicion.allowed,
        remedy=suspicion.remedy,
    )


def _examples(suspicion: Suspicion, figures: Figures) -> Iterator[str]:
    """The worst figures in words: of different cells first, as far as there are some."""
    seen: set[int] = set()
    rest: list[int] = []
    cells = figures.observations.cell
    count = 0
    for at in _leading(suspicion.at):
        if int(cells[at]) in seen:
            rest.append(at)
        elif count < MOST_EXAMPLES:
            seen.add(int(cells[at]))
            count += 1
            yield suspicion.told(at)
    for at in rest[: MOST_EXAMPLES - count]:
        yield suspicion.told(at)


def _leading(at: Positions) -> Sequence[int]:
    leading: list[int] = at[:CELLS_NAMED].tolist()
    return leading
