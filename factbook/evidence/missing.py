"""What the selected rows do not hold of the quantities that a section states."""

from __future__ import annotations

from collections.abc import Iterable

from factbook.data.dataset import DataSet
from factbook.data.period_words import ADJECTIVES
from factbook.data.series import Place
from factbook.evidence.gaps import Gap
from factbook.evidence.incomplete import incomplete
from factbook.evidence.planned import Planned


def gaps(plan: Iterable[Planned], place: Place, dataset: DataSet) -> tuple[Gap, ...]:
    """What the selected rows do not hold.

    Args:
        plan: The quantities that a section states.
        place: The section's place.
        dataset: The data.
    """
    absent: dict[tuple[str, str, str], list[str]] = {}
    ended: dict[tuple[str, str, str], list[str]] = {}
    partial: dict[tuple[str, ...], list[str]] = {}
    ratios: dict[str, list[str]] = {}
    unfinished: dict[tuple[str, str, str], list[str]] = {}
    region = dataset.region
    for planned in plan:
        where = region if planned.at_region else place
        values = planned.panel.of(where)
        quantity = planned.panel.quantity
        if (found := incomplete(planned.panel, where)) is not None:
            has = f"{found.present} of {found.expected} {found.frequency}s"
            unfinished.setdefault((where.name, found.whole.text, has), []).append(quantity.subject)
        if values and planned.target not in values:
            last = list(values)[-1]
            ended.setdefault((where.name, planned.target, last), []).append(quantity.subject)
        elif not values and where.kind == "region" and not planned.panel.measure.adds_over_places:
            ratios.setdefault(quantity.metric, []).append(quantity.subject)
        elif not values:
            key = (_interval(planned), quantity.metric, where.name)
            absent.setdefault(key, []).append(quantity.subject)
        missing = planned.panel.missing_members(planned.target) if values else ()
        if missing:
            names = tuple(member.name for member in missing)
            partial.setdefault(names, []).append(quantity.subject)
    return (
        *(
            Gap("absent", name, metric, tuple(subjects), interval)
            for (interval, metric, name), subjects in absent.items()
        ),
        *(
            Gap("not summed", region.name, metric, tuple(subjects))
            for metric, subjects in ratios.items()
        ),
        *(
            Gap("ended", name, subjects=tuple(subjects), target=target, last=last)
            for (name, target, last), subjects in ended.items()
        ),
        *(
            Gap("incomplete", name, subjects=tuple(subjects), target=target, interval=has)
            for (name, target, has), subjects in unfinished.items()
        ),
        *(
            Gap("members", region.name, subjects=tuple(subjects), members=members)
            for members, subjects in partial.items()
        ),
    )


def _interval(planned: Planned) -> str:
    """Which values a place without any of a quantity lacks, where it may have others."""
    frequency = planned.panel.quantity.frequency
    is_told = frequency != "year" or planned.panel.has_no_such_periods
    return ADJECTIVES[frequency] if is_told else ""
