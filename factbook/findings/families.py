"""Families: groups of categories that readers think of as one, known by name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from factbook.data.categories.composition import Composition
from factbook.evidence.panels import Quantity
from factbook.names import name_key


@cache
def known_families() -> Mapping[str, tuple[frozenset[str], ...]]:
    """Name of a family → its parts, each by the names that data give it (`name_key`).

    They stand in ``families.toml``.
    """
    return {
        name: tuple(frozenset(map(name_key, names)) for names in parts)
        for families in _tables().values()
        for name, parts in families.items()
    }


def is_one(name: str) -> bool:
    """Whether readers think of a family as one category."""
    return name in _tables()["one"]


@cache
def _tables() -> Mapping[str, Mapping[str, list[list[str]]]]:
    text = files("factbook.findings").joinpath("families.toml").read_text("utf-8")
    return tomllib.loads(text)


def families_of(
    model: Quantity, categories: Iterable[str], whole: Composition
) -> tuple[Quantity, ...]:
    """The families whose parts some categories hold, as quantities.

    Args:
        model: A quantity of the same table, metric and unit.
        categories: Categories that do not overlap.
        whole: How the categories of the metric hold each other.
    """
    by_key = {name_key(one): one for one in categories}
    metric = model.components[0][0]
    found = []
    for name, parts in known_families().items():
        held = [next((by_key[k] for k in sorted(part) if k in by_key), "") for part in parts]
        if all(held) and name_key(name) not in by_key:
            found.append(
                Quantity(
                    *(model.table, model.collection, model.unit, name, model.metric),
                    components=tuple((metric, one) for one in held),
                    frequency=model.frequency,
                    scenario=model.scenario,
                )
            )
    return tuple(q for q in found if len(whole.parts_of([s for _, s in q.components])) > 1)
