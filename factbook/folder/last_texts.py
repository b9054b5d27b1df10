"""What readers saw of each section in the last finished run, as digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from factbook.folder.manifest import Manifest
from factbook.sheet.outline import Outline
from factbook.writing.record import SectionRecord, digest


def text_digests(records: Mapping[str, SectionRecord]) -> dict[str, str]:
    """Section id → SHA-256 of the text that readers see of it, with its headline.

    Without a headline it is what it was before there were any, so that earlier runs can be
    compared with.
    """
    return {
        name: digest([one.text, one.summary_text, *filter(None, [one.headline_text])])
        for name, one in records.items()
    }


def title_digests(outline: Outline) -> dict[str, str]:
    """Section id → SHA-256 of its title and of those above it, which readers see as well."""
    return {
        spec.id: digest([spec.objective.title, spec.task.title if spec.task else "", spec.title])
        for spec in outline.sections
    }


def last_texts(folder: Path) -> dict[str, str]:
    """Section id → SHA-256 of its text, as the last finished run has left it.

    Args:
        folder: The run folder.
    """
    manifest = Manifest.read_if_sound(folder)
    sections = manifest.sections if manifest is not None else {}
    return {name: section.text for name, section in sections.items() if section.text}


def last_titles(folder: Path) -> dict[str, str]:
    """Section id → SHA-256 of its titles, as the last finished run has left them.

    Args:
        folder: The run folder.
    """
    manifest = Manifest.read_if_sound(folder)
    sections = manifest.sections if manifest is not None else {}
    return {name: section.titles for name, section in sections.items() if section.titles}


def changed_texts(
    before: Mapping[str, str],
    titles: Mapping[str, str],
    records: Mapping[str, SectionRecord],
    outline: Outline,
) -> tuple[str, ...]:
    """Ids of the sections that do not read as before, with those that have come and gone.

    Args:
        before: From `last_texts`; when it is empty there is nothing to compare with.
        titles: From `last_titles`.
        records: The sections as they are now.
        outline: What the report consists of; none has gone from a selection.
    """
    if not before:
        return ()
    now, titles_now = text_digests(records), title_digests(outline)
    names: Iterable[str] = now if outline.is_selection else dict.fromkeys((*now, *before))
    return tuple(
        name
        for name in names
        if before.get(name) != now.get(name)
        or (name in titles and titles[name] != titles_now.get(name))
    )
