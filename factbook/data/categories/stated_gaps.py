"""Gaps that the data state: a row without a figure, which is not the same as no row.

``[categories] zero_if_absent`` says what it means that there is no row. A row that is there says
for itself that the figure is not known, not available or confidential: it is never zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from factbook.data.periods.periods import Period
from factbook.data.rows import period_text
from factbook.names import name_key

Gaps = Mapping[tuple[str, ...], Mapping[str, frozenset[str]]]
"""Place, scenario, collection, metric and unit → period → categories with a row and no figure."""

_KIND = ("place", "scenario", "collection", "metric", "unit")


def stated_gaps(
    empty: pd.DataFrame, shown: pd.DataFrame, kept: pd.DataFrame, zeros: Collection[str]
) -> Gaps:
    """The gaps of categories that are zero where they have no row.

    Args:
        empty: Rows of the long form without a value.
        shown: Those with a value that is not confidential itself.
        kept: Those of them that are not withheld either.
        zeros: `name_key` of the categories.
    """
    if not zeros:
        return {}
    unread = (_keys(empty, zeros) | _keys(shown, zeros)) - _keys(kept, zeros)
    found: dict[tuple[str, ...], dict[str, set[str]]] = {}
    for *kind, subject, code in unread:
        here = found.setdefault(tuple(kind), {})
        for period in (period_text(code), str(Period.from_code(code).year)):
            here.setdefault(period, set()).add(subject)
    return {
        kind: {period: frozenset(names) for period, names in periods.items()}
        for kind, periods in found.items()
    }


def _keys(rows: pd.DataFrame, zeros: Collection[str]) -> set[tuple[Any, ...]]:
    labels = rows["subject"].cat.categories.tolist()
    is_zero = np.array([name_key(label) in zeros for label in labels] or [False])
    asked = rows[is_zero[rows["subject"].cat.codes.to_numpy()]]
    columns = [*_KIND, "subject", "period"]
    return set(asked[columns].drop_duplicates().itertuples(index=False, name=None))
