"""What the selected rows do not hold of the quantities that a section states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factbook.data.dataset import DataSet
from factbook.data.period_words import ADJECTIVES
from factbook.data.series import Place
from factbook.evidence.gaps import Gap
from factbook.evidence.planned import Planned
from factbook.evidence.shares import share_of_category, share_of_region
from factbook.evidence.unfinished import unfinished_year
from factbook.evidence.wholes import Panels


def gaps(
    plan: Iterable[Planned], place: Place, dataset: DataSet, panels: Panels
) -> tuple[Gap, ...]:
    """What the selected rows do not hold.

    Args:
        plan: The quantities that a section states.
        place: The section's place.
        dataset: The data.
        panels: The panels of its quantities.
    """
    absent: dict[tuple[str, str, str], list[str]] = {}
    ended: dict[tuple[str, str, str], list[str]] = {}
    partial: dict[tuple[str, ...], list[str]] = {}
    ratios: dict[str, list[str]] = {}
    unfinished: dict[tuple[str, str, str], list[str]] = {}
    incomplete: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    shares: dict[tuple[str, str, str, str], list[str]] = {}
    region = dataset.region
    for planned in plan:
        where = region if planned.at_region else place
        values = planned.panel.of(where)
        quantity = planned.panel.quantity
        if (found := unfinished_year(planned.panel, where)) is not None:
            has = f"{found.present} of {found.expected} {found.frequency}s"
            unfinished.setdefault((where.name, found.whole.text, has), []).append(quantity.subject)
        lacking = planned.panel.lacking(where).get(planned.target, ())
        if lacking and planned.target not in values:
            incomplete.setdefault(
                (quantity.metric, where.name, planned.target, lacking), []
            ).append(quantity.subject)
        elif values and planned.target not in values:
            last = list(values)[-1]
            ended.setdefault((where.name, planned.target, last), []).append(quantity.subject)
        elif not values and where.kind == "region" and not planned.panel.measure.adds_over_places:
            ratios.setdefault(quantity.metric, []).append(quantity.subject)
        elif not values:
            key = (_interval(planned), quantity.metric, where.name)
            absent.setdefault(key, []).append(quantity.subject)
        for whole, reason in _refusals(planned, where, dataset, panels):
            key_of_share = (quantity.metric, whole, planned.target, reason)
            shares.setdefault(key_of_share, []).append(quantity.subject)
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
            Gap("unfinished", name, subjects=tuple(subjects), target=target, interval=has)
            for (name, target, has), subjects in unfinished.items()
        ),
        *(
            Gap("members", region.name, subjects=tuple(subjects), members=members)
            for members, subjects in partial.items()
        ),
        *(
            Gap("incomplete", name, metric, tuple(subjects), target=target, members=lacking)
            for (metric, name, target, lacking), subjects in incomplete.items()
        ),
        *(
            Gap("no share", whole, metric, tuple(subjects), target=target, reason=reason)
            for (metric, whole, target, reason), subjects in shares.items()
        ),
    )


def _refusals(
    planned: Planned, place: Place, dataset: DataSet, panels: Panels
) -> Iterator[tuple[str, str]]:
    """Whole and reason of the shares that a quantity has not, though it has a value."""
    panel, period = planned.panel, planned.target
    wholes = panels.wholes(panel.quantity)
    found = share_of_category(panel, wholes, place, period)
    if isinstance(found, str) and found:
        yield place.name, found
    if place.kind == "country":
        found = share_of_region(panel, place, dataset, period)
        if isinstance(found, str) and found:
            yield dataset.region.name, found


def _interval(planned: Planned) -> str:
    """Which values a place without any of a quantity lacks, where it may have others."""
    frequency = planned.panel.quantity.frequency
    is_told = frequency != "year" or planned.panel.has_no_such_periods
    return ADJECTIVES[frequency] if is_told else ""
