"""Ids of sections as people name them to a command that only reads."""

from __future__ import annotations

from collections.abc import Iterable

from factbook.errors import Finding, nearest

MOST_NEAR = 6
"""Ids that are named beside one that there is not."""


def no_such_section(section_id: str, known: Iterable[str], *, where: str, remedy: str) -> Finding:
    """What is said of an id that no section has.

    Args:
        section_id: The id, as it was given.
        known: Ids of all sections.
        where: The project or run that was asked.
        remedy: Where all ids are to be seen, without a full stop.
    """
    near = near_ids(section_id, known)
    return Finding(
        severity="error",
        code="section.unknown",
        message=f"there is no section '{section_id[:100]}'",
        file=where,
        allowed=", ".join(near),
        remedy=f"Did you mean '{near[0]}'? {remedy}" if near else remedy,
    )


def near_ids(section_id: str, known: Iterable[str]) -> list[str]:
    """The known ids nearest to one that there is not, the nearest first.

    These are the most similar ones, then those of the same sub-task for other places, then those of
    the same place.
    """
    every = list(known)
    folded = section_id.strip().casefold()
    like = nearest(section_id, every)
    part, _, place = folded.partition("@")
    same = [one for one in every if one.casefold() == folded]
    of_part = [one for one in every if part and one.partition("@")[0].casefold() == part]
    of_place = [one for one in every if place and one.partition("@")[2].casefold() == place]
    return list(dict.fromkeys((*same, *([like] if like else []), *of_part, *of_place)))[:MOST_NEAR]
