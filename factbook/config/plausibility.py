"""``[plausibility]``: from when on a figure is reported as implausible."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from factbook.config.config_table import ConfigTable

Percent = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Plausibility(ConfigTable):
    """``[plausibility]``: what of the data is reported before anything is written.

    Attributes:
        off: Whether nothing is.
        jump: A figure is looked at when it is so many times its neighbours in time, or that part of
            them.
        deviations: It is reported when that is also so many times the series' usual change: the
            median absolute deviation of the logarithms of its changes, times 1.4826 (the modified
            z-score and its limit of 3.5 are those of Iglewicz and Hoaglin, "How to Detect and
            Handle Outliers", 1993).
        repeated: Periods with the very same figure, in a series that changes all the time before,
            that are reported as copied forward.
        tolerance_percent: Difference, of the largest of the figures, from which on a balance or a
            total of shares is reported.
        revised_percent: Difference from the run of ``compare_to``, from which on a figure of the
            past is reported as revised.
    """

    off: bool = False
    jump: Annotated[float, Field(gt=1, allow_inf_nan=False)] = 5.0
    deviations: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 3.5
    repeated: Annotated[int, Field(ge=2)] = 5
    tolerance_percent: Percent = 2.0
    revised_percent: Percent = 20.0
