"""What the selected rows do not hold of the quantities that a section states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factbook.data.dataset import DataSet
from factbook.data.flags import Status
from factbook.data.period_words import ADJECTIVES
from factbook.data.series import Place
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
    absent: dict[tuple[str, str, str], list[str]] = {}
    ended: dict[tuple[str, str, str], list[str]] = {}
    partial: dict[tuple[str, ...], list[str]] = {}
    ratios: dict[str, list[str]] = {}
    unfinished: dict[tuple[str, str, str], list[str]] = {}
    incomplete: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    shares: dict[tuple[str, str, str, str], list[str]] = {}
    plan, region = list(plan), dataset.region
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
        *_not_compared(plan, place, region),
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
