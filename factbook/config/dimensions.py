"""``[data.tables.NAME] dimensions``: what tells figures apart beside place, category and period."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import model_validator

from factbook.config.config_table import ConfigTable

DimensionRole = Literal["scenario", "breakdown"]


class Dimension(ConfigTable):
    """``[data.tables.NAME.dimensions.COLUMN]``: a further dimension of a table.

    Attributes:
        role: ``scenario``: its members are told beside each other and never added. ``breakdown``:
            its members are parts of one whole, such as men and women.
        default: Of a breakdown, the one member that is read, mostly the total.
        each: Of a breakdown, whether all members are read: each is a category of its own.
        reference: Of scenarios, the one that the others are compared with.
    """

    role: DimensionRole | None = None
    default: str | None = None
    each: bool = False
    reference: str | None = None

    @model_validator(mode="after")
    def _keys_fit_the_role(self) -> Self:
        if self.default is not None and self.each:
            raise ValueError("either default, for one member, or each = true for all")
        if self.role == "scenario" and (self.default is not None or self.each):
            raise ValueError("scenarios are all told; default and each are keys of breakdowns")
        if self.role == "breakdown" and self.reference is not None:
            raise ValueError("reference is a key of scenarios")
        return self


def dimensions_by_column(value: Any) -> Any:
    """A list of columns as a table: ``dimensions = ["scenario", "sex"]``."""
    if isinstance(value, list | tuple):
        return {str(column): {} for column in value}
    return value
