"""The plan over sections: which section tells a finding, and which figures are told enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from factbook.evidence.build import Found
from factbook.evidence.drafts import Draft
from factbook.evidence.finding import DataFinding

MOST_OF_A_SECTION = 9
"""Findings that one section is given to tell; what is beyond goes to others that have it too."""

MOST_TELLINGS = 2
"""Sections in which a figure of another place is told; a conclusion may be the third."""

_OF_A_FEW = 12.0
"""Points of score that a section has ahead that is about the finding's subject alone."""


@dataclass(frozen=True)
class Entry:
    """The findings of a section.

    Attributes:
        section_id: The section.
        place: Name of its place.
        subjects: How many quantities the sheet selects for it.
        found: Its findings, the strongest first.
    """

    section_id: str
    place: str
    subjects: int
    found: Sequence[Found]

    def affinity(self, found: Found) -> float:
        """How well a finding belongs into the section."""
        return found.score + _OF_A_FEW * found.breadth / self.subjects


class Plan:
    """Gives each finding of a report to one section.

    Two findings are the same that tell the same of the same figures of a place, whatever table or
    group of categories these come from.

    Args:
        entries: The findings of all sections of the report, in the order of the sheet.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)

    def applied(self, section_id: str, findings: Iterable[DataFinding]) -> tuple[DataFinding, ...]:
        """A section's findings with what the plan says of each.

        Args:
            section_id: The section.
            findings: Its findings.
        """
        return tuple(
            one.model_copy(
                update={
                    "told_in": "" if told_in == section_id else told_in,
                    "untold": self._untold.get((section_id, one.key), ()),
                }
            )
            for one in findings
            for told_in in [self._told_in.get((section_id, one.key), section_id)]
        )

    @cached_property
    def _stories(self) -> Mapping[tuple[str, str], tuple[object, ...]]:
        """Section and key of a finding → what it tells."""
        return {
            (entry.section_id, finding.key): _story(entry, found, finding)
            for entry in self._entries
            for found in entry.found
            for finding in [_plain(found)]
        }

    @cached_property
    def _told_in(self) -> Mapping[tuple[str, str], str]:
        """Section and key of a finding → id of the section that tells it."""
        wishes = [
            (-entry.affinity(found), at, _plain(found).key)
            for at, entry in enumerate(self._entries)
            for found in entry.found
        ]
        wishes.sort()
        teller: dict[tuple[object, ...], str] = {}
        crowded: dict[tuple[object, ...], str] = {}
        load: Counter[int] = Counter()
        for _, at, key in wishes:
            section_id = self._entries[at].section_id
            story = self._stories[section_id, key]
            if story in teller:
                continue
            if load[at] < MOST_OF_A_SECTION:
                teller[story] = section_id
                load[at] += 1
            else:
                crowded.setdefault(story, section_id)
        return {told: teller.get(story) or crowded[story] for told, story in self._stories.items()}

    @cached_property
    def _untold(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Section and key → roles of figures about other places that are told enough before."""
        told: Counter[tuple[object, ...]] = Counter()
        untold: dict[tuple[str, str], tuple[str, ...]] = {}
        for entry in self._entries:
            for found in entry.found:
                key = _plain(found).key
                if self._told_in[entry.section_id, key] != entry.section_id:
                    continue
                roles = []
                for role, _, draft in found.facts:
                    if draft.place == entry.place:
                        continue
                    about = _about(draft)
                    if told[about] >= MOST_TELLINGS:
                        roles.append(role)
                    else:
                        told[about] += 1
                if roles:
                    untold[entry.section_id, key] = tuple(roles)
        return untold


def _plain(found: Found) -> DataFinding:
    """A finding without its facts."""
    return found.finding({})


def _story(entry: Entry, found: Found, finding: DataFinding) -> tuple[object, ...]:
    """What a finding tells: kind, place, since when, and its leading figure."""
    figures = [float(f"{draft.value:.6g}") for _, _, draft in found.facts][:1]
    since = finding.words.get("since", "")
    return (finding.kind, finding.form, finding.direction, entry.place, since, *figures)


def _about(draft: Draft) -> tuple[object, ...]:
    """What a figure is."""
    return draft.place, draft.subject, draft.metric, draft.period, draft.table
