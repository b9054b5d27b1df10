"""What setup has done for one thing of the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Change = Literal["created", "updated", "unchanged", "left out"]


@dataclass(frozen=True)
class Step:
    """The result for one thing.

    Attributes:
        thing: Its kind and name.
        change: What was done.
        remark: What a person should know about it.
    """

    thing: str
    change: Change
    remark: str = ""
