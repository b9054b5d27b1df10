"""The places that a project is about, by ``[places] kind``."""

from __future__ import annotations

from pathlib import Path

from factbook.config.project_config import ProjectConfig
from factbook.data.cleaning import Notes
from factbook.data.places.atlas import Atlas, Noun
from factbook.data.places.gazetteer import gazetteer
from factbook.data.places.open_places import NutsAtlas, OpenAtlas
from factbook.data.places.place_list import PlaceList, read_place_list, us_states


def read_atlas(folder: Path, config: ProjectConfig, notes: Notes) -> Atlas:
    """The places of a project's kind, with those of its list.

    Args:
        folder: The project folder.
        config: Its ``[places]``.
        notes: Collects what is wrong with the list.
    """
    places = config.places
    listed = []
    if places.file is not None:
        listed = read_place_list(places.file, folder / places.file, notes)
    if places.kind == "nuts":
        return NutsAtlas(places.level, {place.code.upper(): place.name for place in listed})
    if places.kind == "us-states":
        return us_states()
    if places.kind == "countries":
        return gazetteer()
    if places.file is None:
        return OpenAtlas()
    return PlaceList(listed, Noun("place", "places", "codes of the list"))
