"""What the selected rows do not hold of the quantities that a section states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factbook.data.dataset import DataSet
from factbook.data.periods.period_words import ADJECTIVES
from factbook.data.series import Place
from factbook.data.statuses.flags import Status
from factbook.evidence.comparable import Barrier, barrier
from factbook.evidence.gaps import Gap, GapKind
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
    plan = list(plan)
    return (
        *_without_values(plan, place, dataset),
        *_without_members(plan, place, dataset.region),
        *_without_categories(plan, place, dataset.region),
        *_without_shares(plan, place, dataset, panels),
        *_not_compared(plan, place, dataset.region),
    )


def _without_values(plan: Iterable[Planned], place: Place, dataset: DataSet) -> Iterator[Gap]:
    """What has no value at all, none in the target period, or none of an unfinished year."""
    absent: dict[tuple[str, str, str], list[str]] = {}
    ended: dict[tuple[str, str, str, str], list[str]] = {}
    ratios: dict[str, list[str]] = {}
    unfinished: dict[tuple[str, str, str], list[str]] = {}
    region = dataset.region
    for planned in plan:
        panel, quantity = planned.panel, planned.panel.quantity
        where = region if planned.at_region else place
        values = panel.of(where)
        if (found := unfinished_year(panel, where)) is not None:
            has = f"{found.present} of {found.expected} {found.frequency}s"
            unfinished.setdefault((where.name, found.whole.text, has), []).append(quantity.subject)
        if planned.target in values or _lacking(planned, where):
            continue
        if values:
            last = (quantity.metric, where.name, planned.target, list(values)[-1])
            ended.setdefault(last, []).append(quantity.subject)
        elif where.kind == "region" and not panel.measure.adds_over_places:
            ratios.setdefault(quantity.metric, []).append(quantity.subject)
        else:
            key = (_interval(planned), quantity.metric, where.name)
            absent.setdefault(key, []).append(quantity.subject)
    for (interval, metric, name), subjects in absent.items():
        yield Gap("absent", name, metric, tuple(subjects), interval)
    for metric, subjects in ratios.items():
        yield Gap("not summed", region.name, metric, tuple(subjects))
    for (metric, name, target, period), subjects in ended.items():
        yield Gap("ended", name, metric, tuple(subjects), target=target, last=period)
    for (name, target, has), subjects in unfinished.items():
        yield Gap("unfinished", name, subjects=tuple(subjects), target=target, interval=has)


def _without_members(plan: Iterable[Planned], place: Place, region: Place) -> Iterator[Gap]:
    """Figures of the region that leave out members."""
    partial: dict[tuple[str, ...], list[str]] = {}
    for planned in plan:
        values = planned.panel.of(region if planned.at_region else place)
        missing = planned.panel.missing_members(planned.target) if values else ()
        if missing:
            names = tuple(member.name for member in missing)
            partial.setdefault(names, []).append(planned.panel.quantity.subject)
    for members, subjects in partial.items():
        yield Gap("members", region.name, subjects=tuple(subjects), members=members)


def _without_categories(plan: Iterable[Planned], place: Place, region: Place) -> Iterator[Gap]:
    """Sums that there are not in the target period, as categories lack a value there."""
    incomplete: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for planned in plan:
        where = region if planned.at_region else place
        if lacking := _lacking(planned, where):
            quantity = planned.panel.quantity
            key = (quantity.metric, where.name, planned.target, lacking)
            incomplete.setdefault(key, []).append(quantity.subject)
    for (metric, name, target, lacking), subjects in incomplete.items():
        yield Gap("incomplete", name, metric, tuple(subjects), target=target, members=lacking)


def _lacking(planned: Planned, where: Place) -> tuple[str, ...]:
    """Categories for want of which there is no sum in the target period."""
    if planned.target in planned.panel.of(where):
        return ()
    return planned.panel.lacking(where).get(planned.target, ())


def _without_shares(
    plan: Iterable[Planned], place: Place, dataset: DataSet, panels: Panels
) -> Iterator[Gap]:
    """Shares that would say nothing."""
    shares: dict[tuple[str, str, str, str], list[str]] = {}
    for planned in plan:
        where = dataset.region if planned.at_region else place
        quantity = planned.panel.quantity
        for whole, reason in _refusals(planned, where, dataset, panels):
            key = (quantity.metric, whole, planned.target, reason)
            shares.setdefault(key, []).append(quantity.subject)
    for (metric, whole, target, reason), subjects in shares.items():
        yield Gap("no share", whole, metric, tuple(subjects), target=target, reason=reason)


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


def _not_compared(plan: Iterable[Planned], place: Place, region: Place) -> Iterator[Gap]:
    """What is not compared: across breaks in series, and with figures of another definition."""
    breaks: dict[tuple[GapKind, str, str, str], list[str]] = {}
    odd: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for planned in plan:
        where = region if planned.at_region else place
        quantity = planned.panel.quantity
        if across := _barrier(planned, where):
            kind: GapKind = "break" if across.status is Status.BREAK else "definition"
            broken = (kind, where.name, quantity.metric, across.period)
            breaks.setdefault(broken, []).append(quantity.subject)
        if differing := _differing(planned, where):
            key = (quantity.metric, planned.target, differing)
            odd.setdefault(key, []).append(quantity.subject)
    for (kind, name, metric, period), subjects in breaks.items():
        yield Gap(kind, name, metric, tuple(subjects), target=period)
    for (metric, period, names), subjects in odd.items():
        yield Gap("definition", place.name, metric, tuple(subjects), "", period, members=names)


def _barrier(planned: Planned, where: Place) -> Barrier | None:
    """What keeps the values that a section states from being compared."""
    values = planned.panel.of(where)
    if not values or not planned.panel.table.is_flagged:
        return None
    base, target = planned.span(where)
    return barrier(planned.panel, where, base, target) if base != target else None


def _differing(planned: Planned, where: Place) -> tuple[str, ...]:
    """Places that ranks and extremes of a section leave out, as their definition differs."""
    if not planned.panel.table.is_flagged:
        return ()
    _, target = planned.span(where)
    is_among = where.kind == "region" or planned.panel.dataset.is_member(where.code)
    ranking = planned.panel.ranking(target, members=is_among)
    return tuple(place.name for place in ranking.differing)


def _interval(planned: Planned) -> str:
    """Which values a place without any of a quantity lacks, where it may have others."""
    frequency = planned.panel.quantity.frequency
    is_told = frequency != "year" or planned.panel.has_no_such_periods
    return ADJECTIVES[frequency] if is_told else ""
