"""What a project says of its categories: which are left out, and what is a part of what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from factbook.config.project_config import PROJECT_FILE, ProjectConfig
from factbook.data.categories.aggregate_names import TOTAL
from factbook.data.categories.breakdowns import Members
from factbook.data.cleaning import Notes, listing, plural
from factbook.data.rows import rows_named
from factbook.errors import nearest
from factbook.names import name_key


@dataclass(frozen=True)
class CategoryRules:
    """The settings of a project that decide which categories are added.

    Attributes:
        dropped: `name_key` → name, of ``[categories] drop``.
        zeros: `name_key` → name, of ``[categories] zero_if_absent``.
        parents: `name_key` of a category → that of what it is a part of, by the code lists and by
            the groups of project.toml; only a group that is a category too is one.
        members: Category of a table → its members, of breakdowns read member by member.
        seen: Names of categories met while reading.
    """

    dropped: Mapping[str, str] = field(default_factory=dict)
    zeros: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Members] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    def parents_among(
        self, categories: Collection[str], totals: Collection[str] = ()
    ) -> dict[str, str]:
        """Child → parent, of categories as a table spells them.

        Args:
            categories: The categories, with `TOTAL` for that of all of them.
            totals: What the table calls it.
        """
        spelled = {name_key(name): name for name in categories}
        if TOTAL in categories:
            spelled |= {name_key(name): TOTAL for name in totals}
        above = dict(self.parents)
        found = {}
        for key, name in spelled.items():
            seen = {key}
            parent = above.get(key)
            while parent is not None and parent not in spelled and parent not in seen:
                seen.add(parent)
                parent = above.get(parent)
            if parent in spelled and spelled[parent] != name:
                found[name] = spelled[parent]
        return found

    def without_dropped(
        self, rows: pd.DataFrame, table: str, files: Sequence[str], notes: Notes
    ) -> pd.DataFrame:
        """Rows without those of dropped categories, which are counted."""
        labels: list[str] = rows["subject"].cat.categories.tolist()
        self.seen.update((name_key(label), label) for label in labels)
        is_dropped = np.array([name_key(label) in self.dropped for label in labels] or [False])
        gone = is_dropped[rows["subject"].cat.codes.to_numpy()]
        if not gone.any():
            return rows
        names = [label for label, drop in zip(labels, is_dropped, strict=True) if drop]
        notes.cleaned(
            "dropped-categories",
            table,
            f"{plural(int(gone.sum()), 'row')} of {table} for categories that are dropped, left "
            f"out: {listing(names, 30)}",
            int(gone.sum()),
            rows_named(rows[gone], files),
        )
        kept = rows[~gone].reset_index(drop=True)
        kept["subject"] = kept["subject"].cat.remove_unused_categories()
        return kept

    def note_unused(self, notes: Notes) -> None:
        """Warn of names under drop and zero_if_absent that no table has."""
        for setting, names in (("drop", self.dropped), ("zero_if_absent", self.zeros)):
            for name in (name for key, name in names.items() if key not in self.seen):
                like = nearest(name, self.seen.values())
                notes.add(
                    "warning",
                    "unused-correction",
                    f"[categories] {setting} has '{name}', which does not occur in the data",
                    file=PROJECT_FILE,
                    remedy=f"Did you mean '{like}'?" if like else "Delete the correction",
                )


def category_rules(config: ProjectConfig, parents: Mapping[str, str]) -> CategoryRules:
    """The rules of a project.

    Args:
        config: The project.
        parents: Label of a category → label of what it is a part of, by the code lists.
    """
    of_groups = {
        name_key(name): name_key(group) for group, names in config.groups.items() for name in names
    }
    of_lists = {name_key(child): name_key(parent) for child, parent in parents.items()}
    return CategoryRules(
        dropped={name_key(name): name for name in config.categories.drop},
        zeros={name_key(name): name for name in config.categories.zero_if_absent},
        parents={**of_groups, **of_lists},
    )
