"""How the categories of a table hold each other, found once on reading; totals get one name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.categories.aggregate_names import TOTAL, is_flow, is_total
from factbook.data.categories.aggregates import FEWEST_KEYS, composition
from factbook.data.categories.categories import CategoryRules
from factbook.data.categories.composition import Aggregate, Composition, Conflict, Kind, renamed
from factbook.data.cleaning import ROWS_NAMED, Notes, listing, plural
from factbook.data.grids.values import shown
from factbook.data.labels import group_ids
from factbook.data.places.region import TOLERANCE
from factbook.data.rows import period_text, rows_named
from factbook.measures.measures import Measures
from factbook.names import name_key

_KIND = ("collection", "metric", "unit")
_FEWEST_KEYS_OF_MANY_PARTS = 2
_MANY_PARTS = 3


@dataclass(frozen=True)
class Composed:
    """Rows, and how their categories hold each other.

    Attributes:
        rows: The rows; those of each kind's total are called ``-``.
        compositions: Kind → the composition of its categories, of kinds with several.
        totals: Casefolded names of the categories that are totals.
    """

    rows: pd.DataFrame
    compositions: Mapping[Kind, Composition] = field(default_factory=dict)
    totals: frozenset[str] = frozenset()


def composed(
    rows: pd.DataFrame,
    table: str,
    files: Sequence[str],
    measures: Measures,
    rules: CategoryRules,
    notes: Notes,
) -> Composed:
    """Find out what holds what, for each kind (collection, metric, unit) that may be added.

    A total is one figure: its place's, whatever stands beside it. Its rows are called ``-``, but
    for those of a property that has nothing else, and of PLEXOS results. What can't be added (a
    price, a share) has no total. Of two totals of one figure the first counts.

    The region's own rows tell nothing of what holds what: they may be some of its categories.
    """
    work = _Work(rows, table, files, rules, notes)
    for key, at in _kinds(rows, measures):
        work.compose(key, at)
    return work.result()


def _kinds(rows: pd.DataFrame, measures: Measures) -> Iterator[tuple[Kind, NDArray[np.intp]]]:
    """The kinds that may be added, by name, with the positions of their rows."""
    if not len(rows):
        return
    ids = pd.factorize(group_ids(rows, _KIND))[0]
    order = np.argsort(ids, kind="stable")
    starts = np.flatnonzero(np.diff(ids[order])) + 1
    groups = np.split(order, starts)
    heads = rows.iloc[[int(at[0]) for at in groups]]
    keys = list(heads[list(_KIND)].itertuples(index=False, name=None))
    for number in sorted(range(len(groups)), key=lambda number: keys[number]):
        collection, metric, unit = keys[number]
        if measures.of(metric, unit).adds_over_categories:
            yield (str(collection), str(metric), str(unit)), groups[number]


class _Work:
    """The categories of a table's rows, kind after kind."""

    def __init__(
        self,
        rows: pd.DataFrame,
        table: str,
        files: Sequence[str],
        rules: CategoryRules,
        notes: Notes,
    ) -> None:
        self.rows, self.table, self.files = rows, table, files
        self.rules, self.notes = rules, notes
        self.labels: list[str] = rows["subject"].cat.categories.tolist()
        if TOTAL not in self.labels:
            self.labels.append(TOTAL)
        self.total = self.labels.index(TOTAL)
        self.codes = np.array(rows["subject"].cat.codes, dtype=np.int32)
        self.periods = rows["period"].to_numpy()
        self.values = rows["value"].to_numpy()
        regions = rows.attrs.get("regions", frozenset())
        places = rows["place"].cat.categories.tolist()
        self.places = np.array(places or [""], dtype=object)
        self.place = rows["place"].cat.codes.to_numpy()
        self.of_region = np.array([code in regions for code in places] or [False])[self.place]
        self.key_place = self._places_by_scenario(rows)
        self.again = np.zeros(len(rows), dtype=bool)
        self.found: dict[Kind, Composition] = {}
        self.names: set[str] = set()

    def _places_by_scenario(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        """A number for each place and scenario: what holds what is the same in all of them."""
        place: NDArray[np.int64] = self.place.astype(np.int64)
        if "scenario" not in rows:
            return place
        return place + len(self.places) * rows["scenario"].cat.codes.to_numpy().astype(np.int64)

    def result(self) -> Composed:
        """The rows with their totals renamed, and what was found."""
        rows = self.rows
        if self.names:
            subject = pd.Categorical.from_codes(
                self.codes, categories=pd.Index(self.labels, dtype=object)
            )
            rows = rows.assign(subject=subject.remove_unused_categories())
            if self.again.any():
                rows = rows[~self.again].reset_index(drop=True)
        return Composed(rows, self.found, frozenset(name.casefold() for name in self.names))

    def compose(self, key: Kind, at: NDArray[np.intp]) -> None:
        """Name the total of one kind, and find its composition."""
        collection, metric, _ = key
        here = self._labels(at)
        called = [name for name in here if is_total(name, metric)]
        if not collection and called and self._has_others(metric):
            at = self._named_total(at, called)
        shown_as = called[0] if called else ""
        use = at[~self.of_region[at]] if not self.of_region[at].all() else at
        if collection:  # totals of PLEXOS results are not read beside their parts
            use = use[self.codes[use] != self.total]
        if len(self._labels(use)) < 2:
            if TOTAL in self._labels(at) and len(self._labels(at)) > 1:
                self.found[key] = Composition(total=TOTAL, summands=tuple(self._labels(at)))
                self._compare_region(key, at)
            return
        found = self._composition(metric, use, called)
        if not (found.total or found.conflicts or self.rules.members):
            found = self._with_sum_of_all(found, use)
        if not collection and found.total and TOTAL not in self._labels(at):
            shown_as = found.total
            self.codes[at[self.codes[at] == self.labels.index(shown_as)]] = self.total
            found = renamed(found, {shown_as: TOTAL})
            self.names.add(shown_as)
        if not collection and TOTAL in self._labels(at):
            found = replace(found, total=TOTAL)
        zeros = (name for name in here if name_key(name) in self.rules.zeros)
        self.found[key] = replace(self._told(found, shown_as), zeros=frozenset(zeros))
        self._note_sums(key, at, self.found[key], shown_as)
        self._compare_region(key, at)

    def _labels(self, at: NDArray[np.intp]) -> list[str]:
        present = np.flatnonzero(np.bincount(self.codes[at], minlength=len(self.labels)))
        return [self.labels[code] for code in present.tolist()]

    def _has_others(self, metric: str) -> bool:
        """Whether a property has anything but totals, in any unit."""
        return not all(is_total(name, metric) for name in self._labels_of_metrics[metric])

    @cached_property
    def _labels_of_metrics(self) -> Mapping[str, Sequence[str]]:
        """Property → labels of its categories, found for all at once."""
        metrics = self.rows["metric"].cat
        size = len(self.labels)
        pairs = pd.unique(metrics.codes.to_numpy().astype(np.int64) * size + self.codes)
        found: dict[str, list[str]] = {}
        for metric, label in zip(*np.divmod(np.sort(pairs), size), strict=True):
            found.setdefault(metrics.categories[metric], []).append(self.labels[label])
        return found

    def _named_total(self, at: NDArray[np.intp], called: Sequence[str]) -> NDArray[np.intp]:
        """The rows left when the kind's totals have one name and each figure one of them."""
        of_total = at[np.isin(self.codes[at], [self.labels.index(name) for name in called])]
        self.names.update(called)
        figures = pd.Series(self.key_place[of_total] << 32 | self.periods[of_total])
        repeated = figures.duplicated().to_numpy()
        if repeated.any():
            self._note_two_totals(of_total, figures, repeated)
            self.again[of_total[repeated]] = True
        self.codes[of_total] = self.total
        return at[~self.again[at]]

    def _note_two_totals(
        self, at: NDArray[np.intp], figures: pd.Series, repeated: NDArray[np.bool_]
    ) -> None:
        first = at[figures.drop_duplicates().index.to_numpy()]
        of_figure = dict(zip(figures[~repeated].tolist(), first.tolist(), strict=True))
        pairs = [
            (of_figure[figure], other)
            for figure, other in zip(figures[repeated].tolist(), at[repeated].tolist(), strict=True)
        ]
        differ = [
            (one, other)
            for one, other in pairs
            if abs(self.values[other] - self.values[one]) > TOLERANCE * abs(self.values[one])
        ]
        if differ:
            one, other = differ[0]
            self.notes.add(
                "warning",
                "two-totals",
                f"{plural(len(differ), 'figure')} of {self.table} with two totals that differ: "
                f"{self._called(one)} is {shown(float(self.values[one]))} and "
                f"{self._called(other)} {shown(float(self.values[other]))}",
                file=self.files[0],
                cells=self.rows["row"].to_numpy()[[other for _, other in differ]].tolist(),
                remedy="The first is used; delete the other",
            )

    def _composition(self, metric: str, at: NDArray[np.intp], totals: Sequence[str]) -> Composition:
        index = pd.Index(self.labels, dtype=object)
        categories = pd.Categorical.from_codes(self.codes[at], categories=index)
        parents = self.rules.parents_among(self._labels(at), totals)
        return composition(
            *(self.key_place[at], self.periods[at], categories, self.values[at]),
            metric=metric,
            parents=parents,
            members=self.rules.members,
        )

    def _with_sum_of_all(self, found: Composition, at: NDArray[np.intp]) -> Composition:
        """A composition with a category as total that is the sum of all others wherever it stands.

        That takes three keys (place and period), or two with three parts or more: less than the
        sum of some takes, for it is one sum of few that could be tried.
        """
        code_of = {label: code for code, label in enumerate(self.labels)}
        at = at[np.isin(self.codes[at], [code_of[name] for name in found.summands])]
        keys = np.unique(self.key_place[at] << 32 | self.periods[at], return_inverse=True)[1]
        values, codes = self.values[at], self.codes[at]
        rest = np.bincount(keys, values)[keys] - values
        parts = np.bincount(keys, values != 0)[keys] - (values != 0)
        fits = np.abs(values - rest) <= TOLERANCE * np.abs(values)
        proves = fits & (values != 0) & (parts > 1)
        size = len(self.labels)
        misfits = np.bincount(codes, ~fits & (np.bincount(keys)[keys] > 1), size)
        proofs = np.bincount(codes, proves, size)
        many = np.bincount(codes, proves & (parts >= _MANY_PARTS), size)
        enough = (proofs >= FEWEST_KEYS) | (many >= _FEWEST_KEYS_OF_MANY_PARTS)
        sure = np.flatnonzero((misfits == 0) & enough)
        if len(sure) != 1:
            return found
        return _with_sum_of_all(found, self.labels[int(sure[0])], int(proofs[sure[0]]))

    def _told(self, found: Composition, total: str) -> Composition:
        """A composition whose conflicts speak of periods and totals as the data write them."""

        def told(one: Conflict) -> Conflict:
            subject = total if one.subject == TOTAL and total else one.subject
            examples = tuple(
                replace(
                    example,
                    place=self.places[int(str(example.place)) % len(self.places)],
                    period=period_text(int(str(example.period))),
                )
                for example in one.examples
            )
            return replace(one, subject=subject, examples=examples)

        return replace(found, conflicts=tuple(map(told, found.conflicts)))

    def _note_sums(self, key: Kind, at: NDArray[np.intp], found: Composition, total: str) -> None:
        """A cleaning for each category that was found to be a sum by its values alone."""
        _, metric, unit = key
        for one in found.aggregates:
            if one.how != "value":
                continue
            rows = at[self.codes[at] == self.labels.index(one.subject)]
            name = total if one.subject == TOTAL else one.subject
            use = "read as their total" if one.subject == TOTAL else "never added to them"
            self.notes.cleaned(
                "totals",
                self.table,
                f"'{name}' of {metric} ({unit}) in {self.table} is the sum of "
                f"{listing(one.parts, 8)} wherever it stands beside them: "
                f"{plural(len(rows), 'row')} {use}",
                len(rows),
                rows_named(self.rows.iloc[rows[:ROWS_NAMED]], self.files),
            )

    def _compare_region(self, key: Kind, at: NDArray[np.intp]) -> None:
        """Warn of a region's own total that differs from its own categories, if they are all."""
        if key[0]:
            return
        leaves = [name for name in self.found[key].summands if name != TOTAL]
        if not leaves:
            return
        own = at[self.of_region[at]]
        is_total_row = self.codes[own] == self.total
        is_leaf = np.isin(self.codes[own], [self.labels.index(name) for name in leaves])
        figures = self.key_place[own] << 32 | self.periods[own]
        keys, number = np.unique(figures, return_inverse=True)
        sums = np.bincount(number, self.values[own] * is_leaf, len(keys))[number]
        counts = np.bincount(number, is_leaf, len(keys))[number]
        differs = np.abs(self.values[own] - sums) > TOLERANCE * np.abs(self.values[own])
        wrong = np.flatnonzero(is_total_row & differs & (counts == len(leaves)))
        if not len(wrong):
            return
        at_first = int(own[wrong[0]])
        self.notes.add(
            "warning",
            "total-sum",
            f"{plural(len(wrong), 'total')} of {self.table} "
            f"{'differs' if len(wrong) == 1 else 'differ'} by more than 0.5 % from the sum "
            f"of the other categories: {self._called(at_first)} is "
            f"{shown(float(self.values[at_first]))} and their sum "
            f"{shown(round(float(sums[wrong[0]]), 9))}",
            file=self.files[0],
            cells=self.rows["row"].to_numpy()[own[wrong]].tolist(),
            remedy="The region's own total is used; correct the rows if it is wrong",
        )

    def _called(self, at: int) -> str:
        row = self.rows.iloc[at]
        period = period_text(int(row["period"]))
        return f"{row['name']} {row['metric']} {row['subject']} {period} (row {row['row']})"


def _with_sum_of_all(found: Composition, subject: str, keys: int) -> Composition:
    """A composition with one category as the total of all others; a balance is none."""
    parts = tuple(name for name in found.summands if name != subject)
    one = Aggregate(subject, parts, "value", keys)
    others = tuple(doubt for doubt in found.doubts if doubt.subject != subject)
    if any(map(is_flow, found.summands)):
        return replace(found, balances=(*found.balances, one), doubts=others)
    return replace(
        found,
        aggregates=(*found.aggregates, one),
        total=subject,
        summands=parts,
        doubts=others,
    )
