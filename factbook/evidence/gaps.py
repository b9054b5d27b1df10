"""Gaps: what the selected data do not hold, as values; `wording` puts them into sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer

GapKind = Literal[
    "absent", "not summed", "ended", "members", "incomplete", "unfinished", "no share", "sentence"
]
"""What is missing.

``absent``: a place has no value in any period. ``not summed``: the region has none, because the
metric does not add up over members. ``ended``: a place has no value in the target
period, but earlier ones. ``members``: the region's figure leaves out members without a value.
``incomplete``: a place has no sum in the target period, as categories lack that it has in others.
``unfinished``: the last year (quarter …) has only some of its months, and is not told.
``no share``: a share would say nothing. ``sentence``: not known as values; files of earlier
versions hold only the sentence.
"""


@dataclass(frozen=True)
class Gap:
    """What the selected data do not hold of some subjects of one metric.

    Attributes:
        kind: What is missing.
        place: Name of the place, or of the region whose figure it is about.
        metric: PROPERTY; empty where subjects of several metrics are named together.
        subjects: The subjects: categories, totals, or names of groups.
        interval: Which values an ``absent`` place lacks, where it has others: ``monthly``. What an
            ``unfinished`` year has: ``9 of 12 months``.
        target: The period without a value.
        last: The last period with one.
        members: Names of the members that a figure of the region leaves out; of the categories
            that an ``incomplete`` sum lacks.
        reason: Why there is ``no share``: ``signs``, ``above`` or ``members`` (`shares.Refusal`).
        text: The sentence itself, of the kind ``sentence``.
    """

    kind: GapKind
    place: str = ""
    metric: str = ""
    subjects: tuple[str, ...] = ()
    interval: str = ""
    target: str = ""
    last: str = ""
    members: tuple[str, ...] = ()
    text: str = ""
    reason: str = ""


def stored_gap(gap: Gap) -> dict[str, Any]:
    """A gap as files hold it: without what is empty."""
    return {name: value for name, value in asdict(gap).items() if value}


def gap_of(body: object) -> object:
    """A gap from what a file holds of it, or from its sentence; what is none is left alone."""
    if isinstance(body, str):
        return Gap("sentence", text=body)
    if not isinstance(body, Mapping):
        return body
    known = {field.name for field in fields(Gap)}
    values = {name: value for name, value in body.items() if name in known}
    for name in ("subjects", "members"):
        if isinstance(values.get(name), list):
            values[name] = tuple(values[name])
    return values


StoredGap = Annotated[Gap, BeforeValidator(gap_of), PlainSerializer(stored_gap)]
"""A gap in a model that is kept in a file."""
