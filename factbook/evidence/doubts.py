"""What makes a sum doubtful though its rows are sound: members missing, categories in others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from factbook.data.cleaning import listing, plural
from factbook.data.dataset import DataSet
from factbook.data.labels import name_key
from factbook.data.region import TOLERANCE
from factbook.data.table import Table
from factbook.data.totals import is_total
from factbook.errors import Finding
from factbook.evidence.row_blocks import Block

_PARTIAL = frozenset(
    ("fossil", "fossils", "fossil fuels", "fossil fuel", "all fossil", "thermal", "conventional")
    + ("renewables", "renewable", "all renewables", "total renewables", "total fossil", "clean")
    + ("low carbon", "low-carbon", "zero carbon", "non-renewable", "variable renewables")
    + ("other renewables and hydro", "wind and solar", "subtotal")
)
"""Names of categories that often are the sum of some of the others."""

_FEWEST_KEYS = 3
_MOST_ENUMERATED = 16  # 2 ** 16 sums take a few milliseconds
_TRIED_KEYS = 4
_MOST_CATEGORIES = 500
"""Among more of one property it is not looked for sums: all are compared with all, in all rows."""

_MOST_SUSPECTS = 30
"""Categories of one property that are compared with the others, because of what they are called."""


def missing_members(dataset: DataSet, blocks: Iterable[Block]) -> Iterator[Finding]:
    """Warnings for tables in which members of the region are missing that its sums leave out.

    Args:
        dataset: The data.
        blocks: What the sheet selects.
    """
    by_table: dict[str, list[Block]] = {}
    for block in blocks:
        by_table.setdefault(block.table.name, []).append(block)
    region, members = dataset.region, dataset.members
    for name, selected in by_table.items():
        table = selected[0].table
        without = [member.name for member in members if not table.has_data(member.code)]
        if not 0 < len(without) < len(members):
            continue
        if not any(_is_summed(block, region.code) for block in selected):
            continue
        verb = "has" if len(without) == 1 else "have"
        yield Finding(
            severity="warning",
            code="data.missing-members",
            message=f"{region.name}: {len(without)} of {plural(len(members), 'member')} {verb} no "
            f"data in {name}: {', '.join(without)}. Its sums leave them out",
            file=listing(table.files, 3),
            remedy="Add their rows, or list the countries that the data cover under [region] "
            "members in project.toml",
        )


def _is_summed(block: Block, region: str) -> bool:
    """Whether a figure of the region adds up its members: it has no row of its own."""
    return block.measure.adds_over_places and not all(
        block.table.series(
            region,
            block.metric,
            subject,
            block.unit,
            block.collection,
            block.frequency,
            block.scenario,
        )
        for subject in block.subjects
    )


def double_counts(
    dataset: DataSet, groups: Mapping[str, Collection[str]], blocks: Iterable[Block]
) -> Iterator[Finding]:
    """Warnings for categories that are the sum of some of the others, and are added to them.

    Looked for among the categories that are called as a group, or as what often is such a sum;
    totals that stand in PLEXOS results as a category too.

    Args:
        dataset: The data.
        groups: Group → its categories by their `name_key`.
        blocks: What the sheet selects.
    """
    folded = {name_key(name): frozenset(members) for name, members in groups.items()}
    seen: set[tuple[str, str, str, str]] = set()
    for block in blocks:
        table, kind = block.table, (block.collection, block.metric, block.unit)
        if (table.name, *kind) in seen or not block.measure.adds_over_categories:
            continue
        seen.add((table.name, *kind))
        subjects = table.subjects(block.metric, block.collection)
        if not 2 < len(subjects) <= _MOST_CATEGORIES:
            continue
        suspects = [
            subject
            for subject in subjects
            if (key := name_key(subject)) in folded
            or key in _PARTIAL
            or is_total(subject, block.metric)
        ]
        for subject in suspects[:_MOST_SUSPECTS]:
            others = [name for name in subjects if name != subject]
            group = folded.get(name_key(subject))
            parts = _addends(dataset, table, kind, subject, others, group)
            if parts:
                yield _counted_twice(table, kind, subject, parts)


def _counted_twice(
    table: Table, kind: tuple[str, str, str], subject: str, parts: Sequence[str]
) -> Finding:
    collection, metric, unit = kind
    what = f"{collection} {metric}" if collection else metric
    return Finding(
        severity="warning",
        code="data.double-count",
        message=f"'{subject}' of {what} ({unit}) in {table.name} is the sum of {listing(parts)} in "
        "every place and year, and is added to them: totals and shares count it twice",
        file=listing(table.files, 3),
        remedy=f"Delete the rows of '{subject}', or those of its parts; a group of All Categories "
        "gives the total of its categories",
    )


def _addends(
    dataset: DataSet,
    table: Table,
    kind: tuple[str, str, str],
    subject: str,
    others: Sequence[str],
    group: Collection[str] | None,
) -> list[str]:
    """The categories that a category is the sum of in all its rows; none when it is not a sum."""
    collection, metric, unit = kind
    wholes: list[float] = []
    values: list[list[float]] = []
    for code in dataset.known:
        series = table.series(code, metric, subject, unit, collection)
        if series is None:
            continue
        found = [table.series(code, metric, name, unit, collection) for name in others]
        for period, point in series.points.items():
            parts = [one.points.get(period) if one else None for one in found]
            if point.value and any(parts):
                wholes.append(point.value)
                values.append([part.value if part else 0.0 for part in parts])
    if not wholes:
        return []
    whole, parts_of = np.array(wholes), np.array(values)
    named = np.array([name_key(name) in (group or ()) for name in others])
    if named.any() and _fits(whole, parts_of @ named):
        chosen = named
    elif len(wholes) >= _FEWEST_KEYS:
        chosen = _subset(whole, parts_of)
    else:
        return []
    return [name for name, is_part in zip(others, chosen, strict=True) if is_part]


def _subset(whole: NDArray[np.float64], parts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The columns of `parts` (keys × categories), two or more, that add up to `whole` in all keys.

    Up to sixteen columns every selection is tried; of more, the one that least squares gives.
    """
    count = parts.shape[1]
    if count > _MOST_ENUMERATED:
        weights = np.linalg.lstsq(parts, whole, rcond=None)[0]
        tried = (np.round(weights) == 1)[np.newaxis]
    else:
        numbers = np.arange(2**count, dtype=np.int64)[:, np.newaxis]
        tried = (numbers >> np.arange(count)) & 1 == 1
    for start in range(0, len(whole), _TRIED_KEYS):
        at = slice(start, start + _TRIED_KEYS)
        sums = tried @ parts[at].T
        tried = tried[(np.abs(sums - whole[at]) <= TOLERANCE * np.abs(whole[at])).all(axis=1)]
    tried = tried[tried.sum(axis=1) > 1]
    return tried[0] if len(tried) else np.zeros(count, dtype=bool)


def _fits(whole: NDArray[np.float64], sums: NDArray[np.float64]) -> bool:
    return bool((np.abs(sums - whole) <= TOLERANCE * np.abs(whole)).all())
