"""``[findings]``: what makes something worth saying."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from factbook.config.config_table import ConfigTable

Weight = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Factor = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]

KINDS: Mapping[str, float] = {
    "level": 0.6,
    "milestone": 0.5,
    "members": 0.9,
    "rank": 0.9,
    "neighbours": 0.5,
    "nodes": 0.7,
}
"""Kind of finding → its factor, where that is not 1."""


class Findings(ConfigTable):
    """``[findings]``: weights of what makes something worth saying; see ``docs/findings.md``.

    Attributes:
        rarity: Weight of how few places the same can be said of.
        recency: Weight of how late it happened.
        request: Weight of whether the sheet asks for it.
        headline: Score from which on a finding makes a headline; below it the headline tells the
            level.
        least: Score from which on a finding is told at all.
        kinds: Kind of finding → factor of its score; 0 leaves out all of that kind.
    """

    rarity: Weight = 0.2
    recency: Weight = 0.2
    request: Weight = 0.2
    headline: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 30.0
    least: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 8.0
    kinds: dict[str, Factor] = {}

    def of(self, kind: str) -> float:
        """The factor of a kind."""
        return self.kinds.get(kind, KINDS.get(kind, 1.0))

    @property
    def rest(self) -> float:
        """What the three weights leave for what is neither rare nor late nor asked for."""
        return 1.0 - self.rarity - self.recency - self.request

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        """The three weights are parts of one."""
        if self.rarity + self.recency + self.request > 1:
            raise ValueError("rarity, recency and request together are at most 1")
        return self
