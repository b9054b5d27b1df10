"""Shares of a value in a whole, and why there is none."""

from __future__ import annotations

from typing import Literal, NamedTuple

from factbook.data.categories.aggregate_names import TOTAL
from factbook.data.dataset import DataSet
from factbook.data.places.region import TOLERANCE
from factbook.data.series import Place
from factbook.evidence.derivation import Own
from factbook.evidence.panels import Panel
from factbook.evidence.sums import NOISE, TINIEST, Value, is_noise, signs_of, tidy
from factbook.evidence.wholes import Wholes

Refusal = Literal["", "signs", "above", "members"]
"""Why there is no share.

``signs``: figures above and below zero make up the whole. ``above``: it would be more than 100 %.
``members``: the whole leaves out members without a value. Empty: there is no whole, or nothing of
it to be told.
"""


class Share(NamedTuple):
    """A share.

    Attributes:
        percent: The share.
        whole: What it is taken of.
        own: Whether the data give the whole themselves.
    """

    percent: float
    whole: Panel
    own: Own = ""


def share_of_category(
    panel: Panel, wholes: Wholes | None, place: Place, period: str
) -> Share | Refusal:
    """Share of a category in its place's total.

    Of a region whose members' figures are added up there is one only where its total is the sum of
    all categories: else the members' totals hold what nobody knows the categories of.

    Args:
        panel: The category, or the sum of some.
        wholes: What its share is taken of.
        place: The place.
        period: The period.
    """
    value = panel.of(place).get(period)
    figure = wholes.total.of(place).get(period) if wholes else None
    if wholes is None or value is None or figure is None:
        return ""
    summed = wholes.categories.of(place).get(period)
    numbers = [point.value for point in value.parts.values()]
    signs = wholes.total.signs(place, period) | wholes.categories.signs(place, period)
    refusal = _refusal(value, figure, signs | signs_of(numbers, figure.value))
    if refusal is not None:
        return refusal
    metric = panel.quantity.components[0][0]
    own: Own = "total" if (place.code, metric, TOTAL) in figure.parts else ""
    if panel.is_of_others(place, period) or wholes.total.is_of_others(place, period):
        differs = summed is None or abs(figure.value - summed.value) > TOLERANCE * figure.value
        if differs:
            return ""
    if wholes.total.is_of_others(place, period) and _places(value) - _places(figure):
        return "members"  # whose total is not told, as it lacks a category
    return Share(tidy(value.value / figure.value * 100), wholes.total, own)


def share_of_region(panel: Panel, place: Place, dataset: DataSet, period: str) -> Share | Refusal:
    """Share of a member in the region's figure; countries outside have none.

    Args:
        panel: The quantity.
        place: The member.
        dataset: The data.
        period: The period.
    """
    value = panel.of(place).get(period)
    figure = panel.of(dataset.region).get(period)
    is_part = panel.measure.adds_over_places and dataset.is_member(place.code)
    if not is_part or value is None or figure is None:
        return ""
    others = panel.ranking(period, members=True).values
    refusal = _refusal(value, figure, signs_of(others, figure.value))
    if refusal is not None:
        return refusal
    if panel.missing_members(period):
        return "members"
    return Share(tidy(value.value / figure.value * 100), panel)


def is_published(panel: Panel, wholes: Wholes, place: Place, period: str) -> bool:
    """Whether the data publish a share that agrees with the figures, or cannot be checked.

    One that differs by more than the roundings of all figures allow is not taken: after one
    corrected cell the old share would stand beside the new total.

    Args:
        panel: The category.
        wholes: What its share is taken of.
        place: The place.
        period: The period.
    """
    published = wholes.published
    share = published.of(place).get(period) if published else None
    if published is None or share is None:
        return False
    found = share_of_category(panel, wholes, place, period)
    if isinstance(found, str):
        return not found
    total = found.whole.of(place)[period]
    digits = panel.half_unit * (1 + found.percent / 100 * len(total.parts))
    allowed = published.half_unit + digits / total.value * 100
    return abs(found.percent - share.value) <= allowed * (1 + NOISE) + NOISE


def _places(value: Value) -> set[str]:
    """The places whose figures are in a value."""
    return {code for code, _, _ in value.parts}


def _refusal(value: Value, whole: Value, signs: frozenset[bool]) -> Refusal | None:
    """Why a value has no share of a whole, whose figures have some signs; None where it has one."""
    if len(signs) > 1:
        return "signs"
    if whole.value <= TINIEST or is_noise(value.value, whole.value):
        return ""
    return "above" if value.value > whole.value * (1 + TOLERANCE) else None
