"""``[measures]``: what a project says of its measures."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from factbook.config.config_table import ConfigTable
from factbook.config.hourly import Statistic, parse_statistic

Better = Literal["high", "low", "neutral"]

_MEAN = re.compile(r"mean weighted by (\S.*)").fullmatch


def _in_a_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class MeasureTable(ConfigTable):
    """``[measures.NAME]``: what may be done to the figures of a measure, where that is not known.

    Attributes:
        aggregation: ``sum``, ``none`` or ``mean weighted by NAME``: how figures of several places,
            categories and periods become one; the next three say otherwise for each.
        over_places: The same over the members of a region.
        over_categories: ``sum`` or ``none`` over categories.
        over_time: ``sum`` or ``none`` over the periods of a longer one: flows add over months,
            stocks do not.
        better: Whether high or low figures are better; ``neutral`` keeps praise out of the text.
        zero: Whether its zero means nothing at all, so that percentage changes have a meaning: not
            so for °C and indices.
        hourly: What hourly figures are made into, for every day, week, month, quarter and year:
            ``sum``, ``mean``, ``max``, ``min``, ``hours above 1000`` (in the unit of the data, or
            with a unit), ``quantile 0.99``; a list makes several measures.
        denominator: For a figure per head, per hectare …: the measure that it was divided by. A
            region's figure is then the mean weighted by it.
        unit: The unit in which it is shown.
        minimum: The least that a figure can be, in the unit of the data; less is reported.
        maximum: The most that a figure can be.
        scale: Factor from the unit of the data to `unit`; not needed where both are known, such as
            GWh and TWh.
    """

    aggregation: str | None = None
    over_places: str | None = None
    over_categories: Literal["sum", "none"] | None = None
    over_time: Literal["sum", "none"] | None = None
    hourly: Annotated[tuple[str, ...], BeforeValidator(_in_a_list)] | None = None
    better: Better | None = None
    zero: bool | None = None
    denominator: str | None = None
    unit: str | None = None
    scale: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    minimum: Annotated[float, Field(allow_inf_nan=False)] | None = None
    maximum: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _aggregations_are_known(self) -> Self:
        for key in ("aggregation", "over_places"):
            value = getattr(self, key)
            if value is not None and value not in ("sum", "none") and not _MEAN(value):
                raise ValueError(
                    f"{key} is '{value}'; allowed are 'sum', 'none' and 'mean weighted by NAME'"
                )
        for text in self.hourly or ():
            parse_statistic(text)
        if self.scale is not None and self.unit is None:
            raise ValueError("scale needs unit, the unit of the scaled figures")
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError(f"minimum {self.minimum:g} must be below maximum {self.maximum:g}")
        return self

    @property
    def statistics(self) -> tuple[Statistic, ...]:
        """What hourly figures are made into; empty where it is not said."""
        return tuple(map(parse_statistic, self.hourly or ()))

    @property
    def weight(self) -> str:
        """The measure by which the figures of places are weighted; empty where they are not."""
        said = self.over_places or self.aggregation
        if said is None:
            return self.denominator or ""
        found = _MEAN(said)
        return found[1].strip() if found else ""
