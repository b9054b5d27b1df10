"""Gaps: what the selected rows do not hold, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from factbook.data.dataset import DataSet
from factbook.data.series import Place
from factbook.evidence.planned import Planned


def gaps(plan: Iterable[Planned], place: Place, dataset: DataSet) -> tuple[str, ...]:
    """What the selected rows do not hold, a sentence each.

    Args:
        plan: The quantities that a section states.
        place: The section's place.
        dataset: The data.
    """
    absent: dict[str, list[str]] = {}
    early: dict[tuple[str, str, str], list[str]] = {}
    partial: dict[tuple[str, ...], list[str]] = {}
    ratios: dict[str, list[str]] = {}
    region = dataset.region
    for planned in plan:
        where = region if planned.at_region else place
        values = planned.measure.of(where)
        name = planned.measure.quantity.subject
        if not values:
            metric = planned.measure.quantity.metric
            if where.kind == "region" and not planned.measure.additive:
                ratios.setdefault(metric, []).append(name)
                continue
            if planned.measure.quantity.monthly:
                metric = f"monthly {metric}"
            elif planned.measure.has_only_months:
                metric = f"yearly {metric}"
            absent.setdefault(f"{metric} of {where.name}", []).append(name)
        elif planned.target not in values:
            last = list(values)[-1]
            early.setdefault((where.name, planned.target, last), []).append(name)
        missing = planned.measure.missing_members(planned.target) if values else ()
        if missing:
            partial.setdefault(tuple(m.name for m in missing), []).append(name)
    sentences = [f"The data hold no {what}: {_listed(names)}." for what, names in absent.items()]
    sentences += [
        f"{metric} of {_listed(names)} is a ratio and is not summed over the members of "
        f"{region.name}."
        for metric, names in ratios.items()
    ]
    sentences += [
        f"For {where} there is no value of {_listed(names)} in {target}; the last is of {last}."
        for (where, target, last), names in early.items()
    ]
    sentences += [
        f"The figure of {region.name} leaves out {_listed(members)}: no value of "
        f"{_listed(names)} there."
        for members, names in partial.items()
    ]
    return tuple(sentences)


def _listed(names: Sequence[str], most: int = 8) -> str:
    """Names in a row; beyond `most` the rest is counted."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
