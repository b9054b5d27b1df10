"""``[flags]``: what a project says that the flags beside its figures mean."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

FlagMeanings = Annotated[
    dict[
        Annotated[str, StringConstraints(pattern=r"^\S{1,20}$")],
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)],
    ],
    Field(max_length=100),
]
"""Flag → its meaning, for legends and prose: ``p = "provisional"``, ``"@C" = "confidential"``."""
