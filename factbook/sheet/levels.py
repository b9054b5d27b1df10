"""Geographic levels of the sheet: each place, or one of the project's regions."""

from __future__ import annotations

from factbook.config.place_tables import Region
from factbook.config.project_config import ProjectConfig
from factbook.names import name_key

EACH_PLACE = "country"


def region_of_level(level: str, config: ProjectConfig) -> Region | None:
    """The region that a Geographic Level names; None for ``country``, each place of the report.

    A region's name goes before the group of another's members. A level that is none of them is an
    error of the sheet, and counts as the main region.
    """
    key = name_key(level)
    if key == EACH_PLACE:
        return None
    regions = config.all_regions
    by_name = (region for region in regions if name_key(region.name) == key)
    by_group = (region for region in regions if key in map(name_key, region.names))
    return next(by_name, None) or next(by_group, config.region)
