"""Further dimensions of a long table: scenarios are kept apart, breakdowns become categories."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.config.dimensions import Dimension
from factbook.config.project_config import TableSource
from factbook.data.categories.aggregate_names import is_total
from factbook.data.categories.breakdowns import Members
from factbook.data.cleaning import ROWS_NAMED, Notes, listing, plural, source_rows
from factbook.data.grids.grid import Grid
from factbook.data.labels import constant, relabel
from factbook.data.long.long_roles import labelled
from factbook.errors import nearest
from factbook.names import name_key

_SCENARIO_WORDS = ("scenario", "variant", "projection", "pathway", "model", "ssp", "case")
"""Words in the heading of a column of scenarios."""

_REFERENCE_WORDS = ("reference", "baseline", "business as usual", "bau", "current policies", "base")
"""Names of scenarios that others are compared with, the surest first."""

_WHOLES = frozenset(
    ("t", "_t", "tot", "both sexes", "both", "all ages", "all persons", "all people", "everyone")
)
"""Names of members that are the whole of a breakdown, beside those of all totals."""

_SEXES = frozenset(
    ("t", "f", "m", "w", "x", "unk", "female", "male", "females", "males", "women", "men")
    + ("girls", "boys", "unknown", "other", "both sexes", "both", "diverse")
)

_MEMBERS_SHOWN = 8


class Dimensions(NamedTuple):
    """How a table's further dimensions are read.

    Attributes:
        scenarios: Columns whose members are scenarios.
        defaults: Column of a breakdown → the member that is read.
        each: Columns of breakdowns whose members are all read.
        reference: The scenario that others are compared with; empty if there is none.
    """

    scenarios: tuple[str, ...] = ()
    defaults: Mapping[str, str] = {}
    each: tuple[str, ...] = ()
    reference: str = ""


class Read(NamedTuple):
    """Labels of rows that the further dimensions give.

    Attributes:
        keep: Which rows are read.
        scenario: Scenario of each row; empty without one.
        subject: Category of each row, with the members of breakdowns.
        members: Category → its members, of breakdowns that are read member by member.
    """

    keep: NDArray[np.bool_]
    scenario: pd.Categorical
    subject: pd.Categorical
    members: Mapping[str, Members] = {}


def dimensions_of(
    name: str,
    source: TableSource,
    grid: Grid,
    found: Mapping[str, str],
    own_name: str,
    notes: Notes,
) -> Dimensions | None:
    """How the further dimensions of a table are read; None when an error was noted.

    Dimensions are the columns that ``[data.tables.NAME] dimensions`` names, and those that the
    file's format knows. Of one that the project says nothing of, the total is read where it has
    one; scenarios are all read.

    Args:
        name: Name of the table.
        source: Its configuration.
        grid: The table.
        found: Factbook's column name → heading, of the columns that are read.
        own_name: Name of the table under ``[data.tables]``; empty if it has none.
        notes: Collects findings and cleanings.
    """
    reader = _Reader(name, own_name, grid, notes)
    configured = reader.headings(source.dimensions)
    if configured is None:
        return None
    read = {*found.values(), *configured}
    others = () if grid.roles is None else grid.roles.unread(read)
    wanted = {**configured, **{heading: Dimension() for heading in others}}
    return reader.dimensions({h: d for h, d in wanted.items() if h not in found.values()})


def with_dimensions(
    dimensions: Dimensions, grid: Grid, subjects: pd.Categorical, table: str, notes: Notes
) -> Read:
    """Which rows are read, with their scenario, and their category with members of breakdowns.

    Args:
        dimensions: How they are read.
        grid: The table.
        subjects: The category of each row.
        table: Name of the table.
        notes: Collects cleanings.
    """
    keep = np.ones(len(subjects), dtype=bool)
    for heading, member in dimensions.defaults.items():
        labels = labelled(grid, heading)
        is_default = np.array([label == member for label in labels.categories] or [False])
        left_out = keep & ~is_default[labels.codes]
        others = sorted(set(labels.categories) - {member})
        first = grid.rows[left_out][:ROWS_NAMED]
        notes.cleaned(
            "dimension",
            table,
            f"of '{heading}' in {table} '{member}' is read; {plural(int(left_out.sum()), 'row')} "
            f"of other members left out: {listing(others, _MEMBERS_SHOWN)}",
            int(left_out.sum()),
            source_rows([grid.file], np.zeros(len(first), dtype=np.int16), first),
        )
        keep &= ~left_out
    scenario = constant("", len(subjects))
    for heading in dimensions.scenarios:
        scenario = _joined(scenario, labelled(grid, heading), " / ")
    if not dimensions.each:  # a blank category is an error, or a row of notes
        whole = _whole_of(subjects.categories)
        if not whole:
            return Read(keep, scenario, subjects)
        members = {name: (name,) for name in subjects.categories if name != whole}
        subjects = relabel(subjects, lambda text: "Total" if text == whole else text)
        return Read(keep, scenario, subjects, {**members, "Total": ("",)})
    every = [subjects, *(labelled(grid, heading) for heading in dimensions.each)]
    return Read(keep, scenario, *_of_members([_without_wholes(one) for one in every]))


def _whole_of(categories: Collection[str]) -> str:
    """The category that is called as the whole of a breakdown, and not as every total is.

    One letter says so beside sexes alone: it is a category of its own elsewhere.
    """
    if any(map(is_total, categories)):
        return ""
    are_sexes = all(name_key(name) in _SEXES for name in categories)
    found = [name for name in categories if is_whole(name) and (len(name) > 1 or are_sexes)]
    return found[0] if len(found) == 1 and len(categories) > 1 else ""


def _without_wholes(labels: pd.Categorical) -> pd.Categorical:
    return relabel(labels, lambda text: "" if is_whole(text) else text)


def _of_members(every: Sequence[pd.Categorical]) -> tuple[pd.Categorical, dict[str, Members]]:
    """The category of each row by its members, and the members of each category."""
    subjects = every[0]
    for members in every[1:]:
        subjects = _joined(subjects, members, ", ")
    subjects = relabel(subjects, lambda text: text or "Total")
    first = np.flatnonzero(~pd.Series(subjects.codes).duplicated())
    members_of = {
        str(subjects[at]): tuple(str(labels[at]) for labels in every) for at in first.tolist()
    }
    return subjects, members_of


def _joined(first: pd.Categorical, second: pd.Categorical, separator: str) -> pd.Categorical:
    """The labels of two columns as one; an empty one adds nothing."""
    count = max(len(second.categories), 1)
    pairs = np.asarray(first.codes, dtype=np.int64) * count + np.asarray(second.codes)
    codes, unique = pd.factorize(pairs)
    texts = [
        separator.join(filter(None, (first.categories[one], second.categories[other])))
        for one, other in (divmod(pair, count) for pair in unique.tolist())
    ]
    # Two pairs may give one text; `relabel` merges them.
    numbered = pd.Categorical.from_codes(codes, pd.Index(range(len(texts)), dtype=object))
    return relabel(numbered, lambda number: texts[int(number)])


def is_whole(member: str) -> bool:
    """Whether a member of a breakdown is the whole of it, by its name."""
    return is_total(member) or name_key(member) in _WHOLES


class _Reader:
    """Decides how each dimension is read, and notes what is wrong."""

    def __init__(self, name: str, own_name: str, grid: Grid, notes: Notes) -> None:
        self._name = name
        self._own_name = own_name
        self._grid = grid
        self._notes = notes
        self._is_sound = True

    def headings(self, configured: Mapping[str, Dimension]) -> dict[str, Dimension] | None:
        """The configured dimensions by the heading of their column."""
        by_key = {name_key(heading): heading for heading in self._grid.headings}
        found = {
            by_key[key]: d for name, d in configured.items() if (key := name_key(name)) in by_key
        }
        for name in configured:
            if name_key(name) not in by_key:
                like = nearest(name, self._grid.headings)
                self._error(
                    f"[data.tables.{self._own_name}] dimensions has '{name}', which is no column; "
                    f"the table has {listing(map(repr, self._grid.headings), 30)}",
                    f"Did you mean '{like}'?" if like else "Correct the name",
                )
        return found if self._is_sound else None

    def dimensions(self, wanted: Mapping[str, Dimension]) -> Dimensions | None:
        """How each is read; None if some cannot be."""
        scenarios: list[str] = []
        defaults: dict[str, str] = {}
        each: list[str] = []
        reference = ""
        for heading, dimension in wanted.items():
            members = [label for label in labelled(self._grid, heading).categories if label]
            if self._role(heading, dimension) == "scenario":
                if len(members) > 1 or not scenarios:
                    scenarios.append(heading)
                if len(members) > 1 or dimension.reference:
                    reference = self._reference(heading, dimension, members) or reference
            elif dimension.each:
                each.append(heading)
            elif len(members) > 1:
                defaults[heading] = self._default(heading, dimension, members)
        return (
            Dimensions(tuple(scenarios), defaults, tuple(each), reference)
            if self._is_sound
            else None
        )

    def _role(self, heading: str, dimension: Dimension) -> str:
        if dimension.role is not None:
            return dimension.role
        if dimension.each or dimension.default is not None:
            return "breakdown"
        if self._grid.roles is not None and heading in self._grid.roles.scenarios:
            return "scenario"
        words = name_key(heading).replace("_", " ").split()
        is_scenario = bool(dimension.reference) or bool(set(words).intersection(_SCENARIO_WORDS))
        return "scenario" if is_scenario else "breakdown"

    def _reference(self, heading: str, dimension: Dimension, members: list[str]) -> str:
        """The scenario that others are compared with, as said or known by its name."""
        if dimension.reference is not None:
            return self._member(heading, "reference", dimension.reference, members)
        for word in _REFERENCE_WORDS:
            named = [one for one in members if f" {word} " in f" {name_key(one)} "]
            if len(named) == 1:
                return named[0]
        return ""

    def _default(self, heading: str, dimension: Dimension, members: list[str]) -> str:
        """The member that is read: the one that is said, else the total."""
        if dimension.default is not None:
            return self._member(heading, "default", dimension.default, members)
        wholes = [one for one in members if is_whole(one)]
        if len(wholes) == 1:
            return wholes[0]
        which = "several of its members are" if wholes else "none of its members is"
        self._error(
            f"the rows differ in column '{heading}' ({listing(map(repr, members), _MEMBERS_SHOWN)})"
            f", and {which} called as a total",
            f'Write dimensions."{heading}" = {{ default = "{(wholes or members)[0]}" }} under '
            f"[data.tables.{self._own_name or self._name}] to read one of them, each = true to "
            f'read each as a category, or role = "scenario"',
        )
        return ""

    def _member(self, heading: str, key: str, wanted: str, members: list[str]) -> str:
        by_key = {name_key(member): member for member in members}
        codes = {} if self._grid.roles is None else self._grid.roles.words(heading)
        found = by_key.get(name_key(wanted)) or by_key.get(name_key(codes.get(wanted, "")))
        if found is None:
            like = nearest(wanted, members)
            self._error(
                f"[data.tables.{self._own_name}] dimensions: {key} of '{heading}' is '{wanted}', "
                f"which is not one of its members: {listing(map(repr, members), 20)}",
                f"Did you mean '{like}'?" if like else "Correct the name",
            )
        return found or ""

    def _error(self, message: str, remedy: str) -> None:
        self._is_sound = False
        self._notes.add("error", "dimension", message, file=self._grid.file, remedy=remedy)
