"""The plan over sections: which section tells a finding, and which figures are told enough."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from factbook.data.series import Place
from factbook.evidence.build import Found
from factbook.evidence.drafts import Draft
from factbook.evidence.finding import DataFinding

_NEARLY_AS_WELL = 6.0
"""Points of affinity by which a section may be behind and still be given a finding."""

_EVEN = 3
"""Findings by which a section may have more than another before the other is given the next.

Of those that have as few, the one is given it that has fewest others to tell, then the earlier.
"""

MOST_TELLINGS = 2
"""Sections in which a figure is told; a conclusion may be the third."""

_OF_A_FEW = 12.0
"""Points of score that a section is ahead that is about the finding's subject alone."""


@dataclass(frozen=True)
class Entry:
    """The findings of a section.

    Attributes:
        section_id: The section.
        place: Its place.
        subjects: How many quantities the sheet selects for it.
        found: Its findings, the strongest first.
    """

    section_id: str
    place: Place
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
        entries: The findings of all sections of the report, in the order of their ids.
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
        teller: dict[tuple[object, ...], str] = {}
        leads: set[tuple[str, str]] = set()
        wishes = []
        for at, entry in enumerate(self._entries):
            for found in entry.found:
                finding = _plain(found)
                name = (entry.section_id, finding.key)
                if finding.is_lead:  # each section begins with its own
                    leads.add(name)
                    teller.setdefault(self._stories[name], entry.section_id)
                else:
                    wishes.append((-entry.affinity(found), at, finding.key))
        wishes.sort()
        best: dict[tuple[object, ...], list[tuple[float, int]]] = {}
        for behind, at, key in wishes:
            story = self._stories[self._entries[at].section_id, key]
            best.setdefault(story, []).append((-behind, at))
        others = {at: len(entry.found) for at, entry in enumerate(self._entries)}
        load: Counter[int] = Counter()
        for story, tellers in best.items():
            if story not in teller:
                least = tellers[0][0] - _NEARLY_AS_WELL
                near = [at for affinity, at in tellers if affinity >= least]
                chosen = min(near, key=lambda at: (load[at] // _EVEN, others[at], at))
                load[chosen] += 1
                teller[story] = self._entries[chosen].section_id
        return {
            name: name[0] if name in leads else teller[story]
            for name, story in self._stories.items()
        }

    @cached_property
    def _untold(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Section and key → roles of figures that other sections tell enough."""
        told: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
        untold: dict[tuple[str, str], tuple[str, ...]] = {}
        for is_lead in (True, False):  # what a section begins with comes before what others tell
            for entry in self._entries:
                for found in entry.found:
                    finding = _plain(found)
                    name = (entry.section_id, finding.key)
                    if finding.is_lead is is_lead and self._told_in[name] == entry.section_id:
                        roles = _told_enough(found, entry, told)
                        if roles:
                            untold[name] = roles
        return untold


def _told_enough(
    found: Found, entry: Entry, told: defaultdict[tuple[object, ...], set[str]]
) -> tuple[str, ...]:
    """Roles of figures that enough other sections tell; one is enough for another place's.

    Its members' figures are a region's own.

    Args:
        found: A finding that the section tells.
        entry: The section.
        told: Ids of the sections that tell a figure so far; this one is added.
    """
    roles = []
    for role, _, draft in found.facts:
        about = _about(draft)
        is_own = entry.place.kind == "region" or draft.place == entry.place.name
        most = MOST_TELLINGS if is_own else MOST_TELLINGS - 1
        if entry.section_id not in told[about] and len(told[about]) >= most:
            roles.append(role)
        else:
            told[about].add(entry.section_id)
    return tuple(roles)


def _plain(found: Found) -> DataFinding:
    """A finding without its facts."""
    return found.finding({})


def _story(entry: Entry, found: Found, finding: DataFinding) -> tuple[object, ...]:
    """What a finding tells: kind, place, since when, and its leading figure."""
    figures = [float(f"{draft.value:.6g}") for _, _, draft in found.facts][:1]
    since = finding.words.get("since", "")
    return (finding.kind, finding.form, finding.direction, entry.place.name, since, *figures)


def _about(draft: Draft) -> tuple[object, ...]:
    """What a figure is."""
    return draft.place, draft.subject, draft.metric, draft.period, draft.table
