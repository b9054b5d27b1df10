"""Series in which there is nothing to be found: noise, and walks without an aim.

``python -m tests.findings.noise`` prints how many sections have a headline, by kind of series.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.findings.worlds import (
    GENERATION,
    INTENSITY,
    PER_KWH,
    PLACES,
    TWH,
    World,
    rows_of,
    world,
)

SPREADS = {"noise": (0.02, 0.05, 0.1, 0.2, 0.35), "walk": (0.01, 0.02, 0.03)}
"""Standard deviation of a value, or of a step, as a part of the mean."""

YEARS, CATEGORIES, MEMBERS = (5, 8, 12, 20, 35, 60), (1, 2, 3, 5, 7, 10), (6, 9, 14, 24, 40)


@dataclass(frozen=True)
class Shape:
    """What a world of noise is like.

    Attributes:
        model: ``noise`` of independent values, or ``walk`` of independent steps.
        spread: Standard deviation as a part of the mean.
        years: How many years.
        categories: How many categories.
        members: How many places.
        adds: Whether its measure adds.
    """

    model: str
    spread: float
    years: int
    categories: int
    members: int
    adds: bool


def shapes(model: str, count: int, seed: int) -> Iterator[Shape]:
    """Shapes of worlds, drawn at random."""
    rng = random.Random(f"{model} {seed}")  # noqa: S311 - the same series each time
    for _ in range(count):
        yield Shape(
            model,
            rng.choice(SPREADS[model]),
            rng.choice(YEARS),
            rng.choice(CATEGORIES),
            rng.choice(MEMBERS),
            rng.random() < 0.75,
        )


def noise(folder: Path, shape: Shape, seed: int) -> World:
    """A world of noise."""
    rng = random.Random(f"{shape} {seed}")  # noqa: S311 - the same series each time
    means = [rng.uniform(80, 120) for _ in range(shape.categories)]
    table = {
        (place, f"Kind {at}" if shape.categories > 1 else "Total"): _series(rng, shape, mean)
        for place in PLACES[: shape.members]
        for at, mean in enumerate(means)
    }
    metric, unit = (GENERATION, TWH) if shape.adds else (INTENSITY, PER_KWH)
    rows = rows_of(table, first=2024 - shape.years, metric=metric, unit=unit)
    return world(folder, rows)


def _series(rng: random.Random, shape: Shape, mean: float) -> list[float]:
    values, walked = [], mean
    for _ in range(shape.years):
        walked += mean * shape.spread * rng.gauss(0, 1)
        value = walked if shape.model == "walk" else mean * (1 + shape.spread * rng.gauss(0, 1))
        values.append(round(value, 2))
    return values


@dataclass
class Count:
    """How many sections have a headline.

    Attributes:
        sections: Sections.
        headlines: Those with a finding whose score reaches ``findings.headline``.
        kinds: Kind and form of these → how many.
        shapes: Shape → sections of it with one.
    """

    sections: int
    headlines: int
    kinds: Counter[str]
    shapes: Counter[str]


def count(model: str, worlds: int, seed: int) -> Count:
    """Count the sections with a headline in some worlds of noise."""
    return _count(shapes(model, worlds, seed), seed)


def walks(spread: float, worlds: int, seed: int) -> Count:
    """The same of walks with steps of one size."""
    return _count((replace(one, spread=spread) for one in shapes("walk", worlds, seed)), seed)


def _count(every: Iterable[Shape], seed: int) -> Count:
    found = Count(0, 0, Counter(), Counter())
    for at, shape in enumerate(every):
        with tempfile.TemporaryDirectory() as folder:
            one = noise(Path(folder), shape, seed + at)
            rng = random.Random(at)  # noqa: S311 - the same series each time
            members = rng.sample(one.dataset.members, min(5, shape.members))
            for place in (*members, one.dataset.region):
                strong = [
                    f for f in one.found(place.name) if f.score >= one.config.findings.headline
                ]
                found.sections += 1
                found.headlines += bool(strong)
                found.kinds.update({f"{f.kind}/{f.form}" for f in strong})
                if strong:
                    found.shapes[f"{shape.spread:g} {shape.years} years"] += 1
    return found


def main() -> None:
    """Print how many sections have a headline."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for model in SPREADS:
        found = count(model, worlds, seed=16)
        part = found.headlines / found.sections
        sys.stdout.write(f"{model}: {found.headlines} of {found.sections} ({part:.1%})\n")
        for counter in (found.kinds, found.shapes):
            sys.stdout.write(f"  {dict(counter.most_common(14))}\n")


if __name__ == "__main__":
    main()
