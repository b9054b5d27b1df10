"""Tables of the configuration about places and names: regions, places, code lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from factbook.config.config_table import ConfigTable, TextList

PlaceKind = Literal["countries", "us-states", "nuts", "free"]

_MAIN_REGIONS: Mapping[str, Mapping[str, str]] = {
    "us-states": {"name": "United States", "members": "all"},
    "nuts": {"name": "EU", "members": "EU27"},
    "free": {"name": "All places", "members": "all"},
}
"""Kind of places → the region of a project that names none."""


class RegionMembers(ConfigTable):
    """``[regions.NAME]``: a region by its members.

    Attributes:
        members: A group that the kind of places has (``EU27``, ``Africa``, ``South``), a list of
            places and groups, or ``all`` places in the data.
        row: COUNTRY of the data's own row for the region, when it is neither its name nor
            `members`.
    """

    members: str | tuple[str, ...]
    row: str | None = None


class Region(ConfigTable):
    """``[region]``: the place that represents all its members.

    Attributes:
        name: Name in the sheet and in section ids.
        members: A group that the kind of places has (``EU27``), a list of places, or ``all``
            places in the data.
        row: COUNTRY of the data's own row for the region, when it is neither `name` nor `members`.
    """

    name: Annotated[str, Field(min_length=1)] = "EU"
    members: str | tuple[str, ...] = "EU27"
    row: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What the sheet may call it: its name, and the group of its members."""
        is_group = isinstance(self.members, str) and self.members != "all"
        return tuple(dict.fromkeys((self.name, *((str(self.members),) if is_group else ()))))


class Places(ConfigTable):
    """``[places]``: the kind of places, their list, and corrections to names in the data.

    Attributes:
        kind: ``countries``; ``us-states``; ``nuts``, the EU's statistical regions; ``free``, the
            places of `file` or, without one, every name in the data.
        file: A table of places with the columns code, name, parent, neighbours and aliases.
        level: Level of the NUTS regions, 1 to 3; others are groups of them.
        drop: Names whose rows are left out.
        rename: Name in the data → name to read instead.
    """

    kind: PlaceKind = "countries"
    file: str | None = None
    level: Annotated[int, Field(ge=1, le=3)] = 2
    drop: TextList = ()
    rename: dict[str, str] = {}

    @model_validator(mode="after")
    def _has_a_list(self) -> Self:
        if self.file is not None and self.kind not in ("nuts", "free"):
            raise ValueError(f"file goes with kind = 'free' or 'nuts', and kind is '{self.kind}'")
        return self


class Categories(ConfigTable):
    """``[categories]``: corrections to the categories of all tables.

    Attributes:
        drop: Categories whose rows are left out, by the names that readers see.
        zero_if_absent: Categories that are zero where they have no row: coal after its end.
    """

    drop: TextList = ()
    zero_if_absent: TextList = ()


class CodedLabel(ConfigTable):
    """A code's label, and the code of what it is a part of."""

    label: Annotated[str, Field(min_length=1)]
    parent: str | None = None


class Labels(ConfigTable):
    """``[labels]``: code lists, code → label, of the columns that may hold codes.

    Attributes:
        file: A table with the columns column, code, label and parent.
        SECTOR: Labels of categories.
        PROPERTY: Labels of measures.
        UNIT: Labels of units.
    """

    file: str | None = None
    SECTOR: dict[str, str | CodedLabel] = {}
    PROPERTY: dict[str, str | CodedLabel] = {}
    UNIT: dict[str, str | CodedLabel] = {}


def with_main_region(values: Any) -> Any:
    """The keys of a project with ``region``, where another than the EU follows from the others.

    The first of ``[regions]`` is the main region of a project without ``[region]``; else that of
    its kind of places.
    """
    if not isinstance(values, Mapping) or values.get("region") is not None:
        return values
    regions = values.get("regions")
    if isinstance(regions, Mapping) and regions:
        name, table = next(iter(regions.items()))
        keys = table.model_dump() if isinstance(table, RegionMembers) else table
        # What is wrong with it is reported of its own table.
        is_whole = isinstance(keys, Mapping) and "members" in keys and name
        return {**values, "region": {"name": name, **_known(keys)}} if is_whole else values
    places = values.get("places")
    kind = places.get("kind") if isinstance(places, Mapping) else getattr(places, "kind", None)
    main = _MAIN_REGIONS.get(kind) if isinstance(kind, str) else None
    return {**values, "region": dict(main)} if main else values


def _known(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {key: keys[key] for key in ("members", "row") if key in keys}


def is_once(region: Region, regions: Mapping[str, RegionMembers]) -> bool:
    """Whether the main region is not defined again, otherwise, among the others.

    Unchanged it may stand there: the whole configuration of a project can be read again.
    """
    again = regions.get(region.name)
    return again is None or (again.members, again.row) == (region.members, region.row)
