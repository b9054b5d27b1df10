"""The places and regions that a project's configuration names, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from factbook.config.place_tables import Region
from factbook.config.project_config import ProjectConfig
from factbook.data.cleaning import Notes
from factbook.data.places.atlas import Atlas
from factbook.data.places.gazetteer import gazetteer
from factbook.data.places.open_places import OpenAtlas
from factbook.names import name_key, tidy


def listed_code(atlas: Atlas, name: str) -> str | None:
    """The code of a place that the configuration names; None where only the data name places."""
    return None if isinstance(atlas, OpenAtlas) else atlas.code(name)


def table_of(region: Region, config: ProjectConfig) -> str:
    """The table of project.toml that has a region."""
    return f"[regions.{region.name}]" if region.name in config.regions else "[region]"


def labels_of_regions(
    config: ProjectConfig, atlas: Atlas, listed: Mapping[str, str], notes: Notes
) -> dict[str, str]:
    """Labels of the data → region: its name and row; the group of its members, if free."""
    labels: dict[str, str] = {}
    regions = config.all_regions
    for region in regions:
        for label in dict.fromkeys(map(name_key, (region.name, region.row or region.name))):
            if labels.setdefault(label, region.name) != region.name:
                _note_label_twice(region, labels[label], config, notes)
    _note_names_of_places(regions[1:], config, atlas, listed, notes)
    for region in regions:
        if isinstance(region.members, str) and atlas.members(region.members) is not None:
            labels.setdefault(name_key(region.members), region.name)
    return labels


def _note_label_twice(region: Region, other: str, config: ProjectConfig, notes: Notes) -> None:
    notes.add(
        "error",
        "region-twice",
        f"{table_of(region, config)} has the name or the row of the region '{other}'",
        file="project.toml",
        allowed="each name and each row once",
        remedy="Rename one of the regions, or correct its row",
    )


def _note_names_of_places(
    regions: Iterable[Region],
    config: ProjectConfig,
    atlas: Atlas,
    listed: Mapping[str, str],
    notes: Notes,
) -> None:
    """An error for a region that is called like a place."""
    for region in regions:
        code = listed.get(name_key(region.name)) or listed_code(atlas, region.name)
        if code:
            notes.add(
                "error",
                "region-name",
                f"{table_of(region, config)} has the name of a {atlas.noun.one}, {code}: its "
                "rows would be taken for the region's own",
                file="project.toml",
                remedy="Give the region another name",
            )


def listed_places(config: ProjectConfig, atlas: Atlas, notes: Notes) -> dict[str, str]:
    """``[countries]`` as ISO code → name, in order; invalid codes are noted."""
    listed: dict[str, str] = {}
    noun = atlas.noun
    for key, name in config.countries.items():
        code = _code_of_key(atlas, key)
        if code is None:
            like = listed_code(atlas, name)
            notes.add(
                "error",
                "country-code",
                f"[countries] has the key '{key}' ({name}), which is not a {noun.one}'s code",
                file="project.toml",
                allowed=noun.code,
                remedy=f"Did you mean '{like}'?" if like else "Correct or delete the key",
            )
        elif code in listed:
            notes.add(
                "error",
                "country-twice",
                f"[countries] has two keys for {code}: '{listed[code]}' and '{name}'",
                file="project.toml",
                remedy=f"Keep one of them, under {code}",
            )
        else:
            listed[code] = tidy(name) or atlas.names[code]
            _note_other_country(code, listed[code], atlas, notes)
    return listed


def _code_of_key(atlas: Atlas, key: str) -> str | None:
    """The code that a key of ``[countries]`` is, in any case; None for a name."""
    if atlas is gazetteer():
        return atlas.code(key) if len(key.strip()) <= 3 else None
    code = atlas.code(key)
    return code if code and name_key(code) == name_key(key) else None


def _note_other_country(code: str, name: str, atlas: Atlas, notes: Notes) -> None:
    """An error for a code with the name of another country."""
    other = listed_code(atlas, name)
    if other and other != code:
        notes.add(
            "error",
            "country-name",
            f"[countries] calls {code} '{name}', which is the name of {other}: figures of "
            f"{atlas.names[code]} would be shown under it",
            file="project.toml",
            remedy=f'Write {code} = "{atlas.names[code]}", or {other} = "{name}"',
        )
