"""Evidence of a section: the facts that code derives from the rows its sheet entries select."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import DataSet
from factbook.data.series import Place
from factbook.errors import Finding
from factbook.evidence.coverage import Coverage
from factbook.evidence.derive import Deriver
from factbook.evidence.doubts import (
    disagreeing_shares,
    lacking_categories,
    missing_members,
    overlaps,
)
from factbook.evidence.drafts import Draft, numbered, unnumbered
from factbook.evidence.facts import Evidence, Extent, Fact, without_scenario
from factbook.evidence.finding import DataFinding
from factbook.evidence.held import Derived, held
from factbook.evidence.missing import gaps
from factbook.evidence.panels import Panel
from factbook.evidence.planned import BESIDE, Answered, Interviewer, Planned, Relevance
from factbook.evidence.quantities import Quantities, groups_of, standing
from factbook.evidence.questions import Question
from factbook.evidence.row_blocks import Block
from factbook.evidence.selection import Selector
from factbook.evidence.spans import spans
from factbook.evidence.thin_years import thin_years
from factbook.evidence.traits import stored_traits
from factbook.evidence.wording import gap_sentence
from factbook.sheet.models import PromptSheet, SubTask

_TOLD_EMPTY = ("sheet.selects-nothing", "sheet.no-periods")
SELECTED = 2
"""Standing up to which a quantity is what the sheet selects; others are its frame."""

FACTS_OF_A_SECTION = 12
"""How many facts of each section the evidence of an introduction or a conclusion takes over."""

FINDINGS_OF_A_SECTION = 3
"""How many findings of each section it takes over, the strongest."""


class Found(Protocol):
    """A finding whose facts are not yet numbered."""

    @property
    def score(self) -> float:
        """From 0 to 100."""
        ...

    @property
    def breadth(self) -> int:
        """How many quantities it is about."""
        ...

    @property
    def facts(self) -> Iterable[tuple[str, Question, Draft]]:
        """Role, question and fact of each of its figures."""
        ...

    def finding(self, ids: Mapping[str, str]) -> DataFinding:
        """The finding, by the ids of its facts by role."""
        ...


class Finder(Protocol):
    """Finds what is worth saying of a section's quantities."""

    def find(self, plan: Sequence[Planned], sub_task: SubTask, place: Place) -> Sequence[Found]:
        """The strongest findings of a section, the strongest first."""
        ...


class EvidenceBuilder:
    """Computes evidence. Tables are indexed once; what sections share is computed once.

    Args:
        sheet: The prompt sheet.
        dataset: The data.
        config: The configuration: groups, base and target year, limits.
        finder: Makes the finder of what is worth saying; without one evidence has no findings.
    """

    def __init__(
        self,
        sheet: PromptSheet,
        dataset: DataSet,
        config: ProjectConfig,
        finder: Callable[[Deriver], Finder] | None = None,
    ) -> None:
        self._make_finder = finder
        self._dataset = dataset
        self._config = config
        self._selector = Selector(sheet, dataset)
        self._groups = groups_of(sheet, config)
        self.forget()

    def forget(self) -> None:
        """Forget what sections share, which takes as much memory as the data; it is made again."""
        self._deriver = Deriver(self._dataset)
        self._interviewer = Interviewer(self._deriver)
        self._finder = self._make_finder(self._deriver) if self._make_finder else None
        self._quantities = Quantities(self._deriver.panels, self._groups)
        self._blocks: dict[str, tuple[tuple[Block, ...], tuple[Finding, ...]]] = {}
        self._plans: dict[str, tuple[Planned, ...]] = {}
        self._kept: dict[tuple[str, str], Sequence[Found]] = {}

    def findings(self, sub_tasks: Iterable[SubTask]) -> tuple[Finding, ...]:
        """What the sheet's entries ask for and no table holds."""
        return tuple(f for sub_task in sub_tasks for f in self._resolved(sub_task)[1])

    def coverage_findings(self, sheet: PromptSheet) -> tuple[Finding, ...]:
        """Categories that no table has, sections in which no figure will stand, doubtful sums.

        No evidence is computed for that. A sub-task whose entries could not be resolved, or ask
        for periods that there are not, has a finding already.
        """
        coverage = Coverage(self._dataset)
        resolved = [
            (sub_task, *self._resolved(sub_task))
            for sub_task in sheet.sub_tasks
            if sub_task.input.casefold() != "text only"
        ]
        selected = [
            (sub_task, blocks)
            for sub_task, blocks, findings in resolved
            if not any(f.severity == "error" or f.code in _TOLD_EMPTY for f in findings)
            and not all(block.has_no_such_periods for block in blocks)
        ]
        every = [block for _, blocks, _ in resolved for block in blocks]
        return (
            *coverage.unknown_categories(sheet),
            *coverage.without_facts(selected),
            *missing_members(self._dataset, every),
            *thin_years(self._dataset, self._quantities, every, self._config.data),
            *overlaps(self._dataset, self._groups, every),
            *lacking_categories(self._dataset, self._quantities, every),
            *disagreeing_shares(self._dataset, self._quantities, self._deriver.panels, every),
        )

    def build(self, section_id: str, sub_task: SubTask, place: Place) -> Evidence:
        """The evidence of a sub-task's section."""
        derived = self._derived(sub_task, place)
        found = self.found(sub_task, place)
        every, ids = _with_facts_of(found, derived)
        limits = self._config.limits
        kept, extent = held(derived, most_relevant=limits.max_facts, most=limits.evidence_facts)
        needed = sorted({*kept, *(at for one in ids for at in one.values())})
        facts = numbered([every[at].draft for at in needed], [at + 1 for at in needed])
        facts = _with_those_aside(facts, sum(at < len(derived) for at in needed))
        evidence = self._evidence(section_id, sub_task, place, facts)
        findings = tuple(
            one.finding({role: f"F{at + 1}" for role, at in places.items()})
            for one, places in zip(found, ids, strict=True)
        )
        return evidence.model_copy(update={"extent": extent, "findings": findings})

    def everything(self, section_id: str, sub_task: SubTask, place: Place) -> Evidence:
        """The evidence of a section with all facts that can be derived, by the same ids."""
        asked = self._derived(sub_task, place)
        derived, _ = _with_facts_of(self.found(sub_task, place), asked)
        facts = _with_those_aside(numbered([one.draft for one in derived]), len(asked))
        return self._evidence(section_id, sub_task, place, facts)

    def questions(self, sub_task: SubTask, place: Place) -> dict[str, Question]:
        """Id of a fact → what it is asked for by, of all facts that can be derived."""
        derived, _ = _with_facts_of(self.found(sub_task, place), self._derived(sub_task, place))
        return {
            f"F{at}": replace(one.question, role=one.draft.role)
            for at, one in enumerate(derived, start=1)
        }

    def found(self, sub_task: SubTask, place: Place) -> Sequence[Found]:
        """What is worth saying in a section, the strongest first."""
        if self._finder is None:
            return ()
        key = (sub_task.id, place.code)
        if key not in self._kept:
            self._kept[key] = self._finder.find(self._plan(sub_task), sub_task, place)
        return self._kept[key]

    def selected(self, sub_task: SubTask) -> int:
        """How many quantities the sheet selects for a sub-task."""
        return sum(planned.standing <= SELECTED for planned in self._plan(sub_task))

    def combine(self, section_id: str, place: Place, parts: Sequence[Evidence]) -> Evidence:
        """Evidence of an introduction, summary or conclusion: the first facts of its sections.

        Those of the strongest findings of each, then the others; sections take turns, so that each
        is heard before the cap is reached.
        """
        cap = self._config.limits.max_facts
        told = [(part, one) for part in parts for one in part.findings]
        told.sort(key=lambda one: -one[1].score)
        of_findings = [part.by_id[name] for part, one in told for name in one.facts.values()]
        turns = [
            part.facts[turn]
            for turn in range(FACTS_OF_A_SECTION)
            for part in parts
            if turn < len(part.facts)
        ]
        drafts = _each_once(unnumbered(fact) for fact in (*of_findings, *turns))
        extent: Extent = "all" if len(drafts) <= cap else "part"
        drafts = drafts[:cap]
        asked = {_about(unnumbered(fact)) for fact in turns if not fact.is_aside}
        number_of = {_about(draft): f"F{at}" for at, draft in enumerate(drafts, start=1)}
        findings = []
        for part, one in told:
            about = {role: _about(unnumbered(part.by_id[name])) for role, name in one.facts.items()}
            if all(key in number_of for key in about.values()):
                facts = {role: number_of[key] for role, key in about.items()}
                foreign = [
                    role for role, name in one.facts.items() if part.by_id[name].place != place.name
                ]
                findings.append(one.model_copy(update={"facts": facts, "untold": tuple(foreign)}))
        gaps_once = {gap_sentence(gap): gap for part in parts for gap in part.gaps}
        return Evidence(
            section_id=section_id,
            place=place.name,
            facts=tuple(
                fact if _about(draft) in asked else replace(fact, is_aside=True)
                for fact, draft in zip(numbered(drafts), drafts, strict=True)
            ),
            findings=tuple(findings),
            extent=extent,
            gaps=tuple(gaps_once.values())[:6],
            origins={name: text for part in parts for name, text in part.origins.items()},
            measures=tuple(dict.fromkeys(one for part in parts for one in part.measures)),
            flags=self._flags_of(drafts),
        )

    def _evidence(
        self, section_id: str, sub_task: SubTask, place: Place, facts: tuple[Fact, ...]
    ) -> Evidence:
        plan = self._plan(sub_task)
        return Evidence(
            section_id=section_id,
            place=place.name,
            facts=facts,
            gaps=gaps(plan, place, self._dataset, self._deriver.panels),
            origins={p.panel.table.name: p.panel.table.origin for p in plan},
            measures=stored_traits(
                ((without_scenario(q.metric, q.scenario), q.unit), p.panel.measure)
                for p in plan
                for q in [p.panel.quantity]
            ),
            flags=self._flags_of(facts),
        )

    def _flags_of(self, facts: Iterable[Fact | Draft]) -> dict[str, str]:
        """The flags of facts with their meanings, the worst first."""
        flags = self._dataset.flags
        codes = flags.merged({fact.status for fact in facts if fact.status}).split()
        return {code: flags.flag(code).meaning for code in codes}

    def _derived(self, sub_task: SubTask, place: Place) -> list[Derived]:
        """All facts that can be derived for a section, most relevant first."""
        plan = self._plan(sub_task)
        found: dict[Relevance, list[Derived]] = {relevance: [] for relevance in Relevance}
        before: Counter[tuple[object, ...]] = Counter()
        for planned in self._by_weight(plan, place):
            quantity = planned.panel.quantity
            series = (quantity.table, quantity.metric, quantity.unit, planned.at_region)
            for relevance, answers in self._answers(planned, place).items():
                at, is_selected = before[series], relevance not in BESIDE
                seen = relevance
                if planned.at_region and place.kind == "country":
                    seen = max(relevance, Relevance.REGION)
                is_older = relevance is Relevance.OLDER_PART
                found[seen].extend(
                    [Derived(*answer, at, is_selected, is_older) for answer in answers]
                )
            before[series] += 1
        ordered = [one for relevance in Relevance for one in found[relevance]]
        # Only then does the region's figure of one entry stand beside that of another.
        if not any(planned.at_region for planned in plan):
            return ordered
        once: dict[tuple[object, ...], Derived] = {}
        for one in ordered:
            once.setdefault(_about(one.draft), one)
        return list(once.values())

    def _answers(self, planned: Planned, place: Place) -> Mapping[Relevance, Sequence[Answered]]:
        """All that can be derived about a quantity, as a section of a place sees it."""
        if not (planned.at_region and place.kind == "country"):
            return self._interviewer.about(planned, place)
        if not planned.panel.of(self._dataset.region):
            return {}  # there is nothing to stand beside the country's own
        return self._interviewer.beside_country(planned, self._dataset.region)

    def _resolved(self, sub_task: SubTask) -> tuple[tuple[Block, ...], tuple[Finding, ...]]:
        if sub_task.id not in self._blocks:
            self._blocks[sub_task.id] = self._selector.blocks(sub_task)
        return self._blocks[sub_task.id]

    def _plan(self, sub_task: SubTask) -> tuple[Planned, ...]:
        """The quantities of a sub-task."""
        if sub_task.id not in self._plans:
            blocks, _ = self._resolved(sub_task)
            panels: list[tuple[Panel, Block]] = [
                (panel, block) for block in blocks for panel in self._quantities.of(block)
            ]
            compared = spans(panels, self._config.data)
            nothing = ("", "")  # no place has any period: what is left to say is just that
            self._plans[sub_task.id] = tuple(
                Planned(
                    panel,
                    *compared.get((block.table.name, block.frequency), nothing),
                    at_region=block.at_region,
                    standing=standing(panel.quantity, block),
                )
                for panel, block in panels
            )
        return self._plans[sub_task.id]

    def _by_weight(self, plan: Iterable[Planned], place: Place) -> list[Planned]:
        """What the sheet selects comes first, the largest of it before the smaller.

        The sum over all categories leads only where all of them are selected; otherwise it and
        the groups are the frame of what is selected, and come after it.
        """

        def weight(entry: Planned) -> tuple[int, float]:
            where = self._dataset.region if entry.at_region else place
            values = entry.panel.of(where)
            last = values.get(entry.target) or next(reversed(list(values.values())), None)
            return (entry.standing, -abs(last.value) if last else 0.0)

        by_block: dict[tuple[object, ...], list[Planned]] = {}
        for entry in plan:
            q = entry.panel.quantity
            by_block.setdefault((q.table, q.collection, q.unit, entry.at_region), []).append(entry)
        return [entry for entries in by_block.values() for entry in sorted(entries, key=weight)]


def _with_facts_of(
    found: Sequence[Found], derived: Sequence[Derived]
) -> tuple[list[Derived], list[dict[str, int]]]:
    """All facts of a section with those of its findings, and where the latter stand, by role.

    Facts of findings that nothing else asks for come last.
    """
    every = list(derived)
    ids: list[dict[str, int]] = []
    if not found:
        return every, ids
    at_of = {_about(one.draft): at for at, one in reversed(list(enumerate(derived)))}
    for one in found:
        places = {}
        for role, question, draft in one.facts:
            at = at_of.get(_about(draft))
            if at is None:
                at = at_of[_about(draft)] = len(every)
                every.append(Derived(question, draft, 0, is_selected=True))
            places[role] = at
        ids.append(places)
    return every, ids


def _with_those_aside(facts: Sequence[Fact], asked: int) -> tuple[Fact, ...]:
    """Facts of which all but the first so many are there for findings alone."""
    return (*facts[:asked], *(replace(fact, is_aside=True) for fact in facts[asked:]))


def _each_once(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts without those that say what an earlier one says, in the same role."""
    found: dict[tuple[object, ...], Draft] = {}
    for draft in drafts:
        found.setdefault(_about(draft), draft)
    return list(found.values())


def _about(draft: Draft) -> tuple[object, ...]:
    """What a draft says, but for derivation and rows, which take long to compare and follow."""
    return (*draft[:6], draft.role, draft.table)
