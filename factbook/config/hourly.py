"""What hourly figures are made into: the key ``hourly`` of ``[measures.NAME]``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

StatisticKind = Literal["sum", "mean", "max", "min", "hours above", "quantile"]

ALLOWED = "'sum', 'mean', 'max', 'min', 'hours above 1000', 'hours above 60 GW', 'quantile 0.99'"

_CALLED = {"mean": "mean", "max": "maximum", "min": "minimum"}


@dataclass(frozen=True, slots=True)
class Statistic:
    """One figure made of the hours of a period.

    Attributes:
        kind: ``sum``, ``mean``, ``max``, ``min``; ``hours above`` counts the hours above a bound;
            ``quantile`` is the value that so much of the hours does not exceed.
        number: The bound, or the part of the hours (0.99).
        unit: Unit of the bound; empty for that of the data.
    """

    kind: StatisticKind
    number: float = 0.0
    unit: str = ""

    def name(self, measure: str, unit: str) -> str:
        """Name of the measure that it makes of another: ``Load, maximum``; of a sum the same name.

        Args:
            measure: Name of the hourly measure.
            unit: Its unit in the data.
        """
        if self.kind == "sum":
            return measure
        if self.kind in _CALLED:
            return f"{measure}, {_CALLED[self.kind]}"
        number = f"{self.number:,.12g}" if self.kind == "hours above" else f"{self.number:.12g}"
        above = f" {self.unit or unit}".rstrip() if self.kind == "hours above" else ""
        return f"{measure}, {self.kind} {number}{above}"


def parse_statistic(text: str) -> Statistic:
    """A statistic as project.toml writes it.

    Raises:
        ValueError: It is none; the message says what is allowed.
    """
    match text.split():
        case [("sum" | "mean" | "max" | "min") as kind]:
            return Statistic(kind)
        case ["hours", "above", number, *unit] if (bound := _number(number)) is not None:
            return Statistic("hours above", bound, " ".join(unit))
        case ["quantile", number] if (part := _number(number)) is not None and 0 < part < 1:
            return Statistic("quantile", part)
    raise ValueError(f"hourly is '{text[:60]}'; allowed are {ALLOWED}, or a list of them")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
