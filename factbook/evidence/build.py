"""Evidence of a section: the facts that code derives from the rows its sheet entries select."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from factbook.config.project import ProjectConfig
from factbook.data.dataset import DataSet
from factbook.data.series import Place
from factbook.data.units import is_additive
from factbook.errors import Finding
from factbook.evidence.coverage import Coverage
from factbook.evidence.derive import Deriver, Draft, Planned, Relevance
from factbook.evidence.doubts import double_counts, missing_members
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.measures import Measure, Quantity
from factbook.evidence.published import published_shares
from factbook.evidence.selection import Block, Listing, Selector
from factbook.sheet.models import PromptSheet, SubTask

TOTAL = "Total"
_TOLD_EMPTY = ("sheet.selects-nothing", "sheet.no-months")
FACTS_OF_A_SECTION = 12
"""How many facts of each section the evidence of an introduction or a conclusion takes over."""


class EvidenceBuilder:
    """Computes evidence. Tables are indexed once; what sections share is computed once.

    Args:
        sheet: The prompt sheet.
        dataset: The data.
        config: The configuration: groups, base and target year.
    """

    def __init__(self, sheet: PromptSheet, dataset: DataSet, config: ProjectConfig) -> None:
        self._dataset = dataset
        self._config = config
        self._selector = Selector(sheet, dataset)
        self._groups = _groups(sheet, config)
        self._deriver = Deriver(dataset)
        self._measures: dict[Quantity, Measure] = {}
        self._blocks: dict[str, tuple[tuple[Block, ...], tuple[Finding, ...]]] = {}
        self._plans: dict[str, tuple[Planned, ...]] = {}
        self._published: dict[tuple[str, str], dict[str, str]] = {}

    def findings(self, sub_tasks: Iterable[SubTask]) -> tuple[Finding, ...]:
        """What the sheet's entries ask for and no table holds."""
        return tuple(f for sub_task in sub_tasks for f in self._resolved(sub_task)[1])

    def coverage_findings(self, sheet: PromptSheet) -> tuple[Finding, ...]:
        """Categories that no table has, sections in which no figure will stand, doubtful sums.

        No evidence is computed for that. A sub-task whose entries could not be resolved, or ask
        for months that there are not, has a finding already.
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
            and not all(block.has_only_months for block in blocks)
        ]
        every = [block for _, blocks, _ in resolved for block in blocks]
        return (
            *coverage.unknown_categories(sheet),
            *coverage.without_facts(selected),
            *missing_members(self._dataset, every),
            *double_counts(self._dataset, self._groups, every),
        )

    def build(self, section_id: str, sub_task: SubTask, place: Place) -> Evidence:
        """The evidence of a sub-task's section."""
        drafts: dict[Relevance, list[Draft]] = {relevance: [] for relevance in Relevance}
        plan = self._plan(sub_task)
        for planned in self._by_weight(plan, place):
            at_region = planned.at_region and place.kind == "country"
            found = self._deriver.drafts(planned, self._dataset.region if at_region else place)
            for relevance, some in found.items():
                moved = max(relevance, Relevance.REGION) if at_region else relevance
                drafts[moved].extend(_as_region(some) if at_region else some)
        ordered = [draft for relevance in Relevance for draft in drafts[relevance]]
        # Only then does the region's figure of one entry stand beside that of another.
        at_both_levels = any(planned.at_region for planned in plan)
        return Evidence(
            section_id=section_id,
            place=place.name,
            facts=_numbered(_each_once(ordered) if at_both_levels else ordered),
            gaps=self._gaps(plan, place),
            origins=self._origins(plan),
        )

    def combine(self, section_id: str, place: Place, parts: Sequence[Evidence]) -> Evidence:
        """Evidence of an introduction, summary or conclusion: the first facts of its sections.

        Sections take turns, so that each is heard before the cap is reached.
        """
        cap = self._config.limits.max_facts
        turns = [
            part.facts[turn]
            for turn in range(FACTS_OF_A_SECTION)
            for part in parts
            if turn < len(part.facts)
        ]
        drafts = _each_once(_unnumbered(fact) for fact in turns)
        return Evidence(
            section_id=section_id,
            place=place.name,
            facts=_numbered(drafts[:cap]),
            gaps=tuple(dict.fromkeys(gap for part in parts for gap in part.gaps))[:6],
            origins={name: text for part in parts for name, text in part.origins.items()},
        )

    def _resolved(self, sub_task: SubTask) -> tuple[tuple[Block, ...], tuple[Finding, ...]]:
        if sub_task.id not in self._blocks:
            self._blocks[sub_task.id] = self._selector.blocks(sub_task)
        return self._blocks[sub_task.id]

    def _plan(self, sub_task: SubTask) -> tuple[Planned, ...]:
        """The quantities of a sub-task."""
        if sub_task.id not in self._plans:
            blocks, _ = self._resolved(sub_task)
            measures = [(measure, block) for block in blocks for measure in self._held(block)]
            spans = self._spans(measures)
            nothing = ("", "")  # no place has any period: what is left to say is just that
            self._plans[sub_task.id] = tuple(
                self._planned(
                    measure, block, *spans.get((block.table.name, block.monthly), nothing)
                )
                for measure, block in measures
            )
        return self._plans[sub_task.id]

    def _held(self, block: Block) -> list[Measure]:
        """The quantities of a block, each once; without those that no place has in its unit."""
        measures = {measure.quantity: measure for measure in self._quantities(block)}
        held = [measure for measure in measures.values() if measure.periods]
        return held or list(measures.values())

    def _quantities(self, block: Block) -> list[Measure]:
        """Total, single categories, sum of the selection, groups, sums over properties."""
        found = [
            self._measure(block, _name(subject), [(block.metric, subject)])
            for subject in block.subjects
        ]
        if not is_additive(block.unit, block.metric):
            return found
        everything = block.table.subjects(block.metric, block.collection)
        if len(block.table.summands(block.metric, block.collection)) > 1:
            found.insert(0, self._total(block))
        by_fold = {subject.casefold(): subject for subject in everything}
        chosen = {subject.casefold() for subject in block.subjects}
        for name, members in self._groups.items():
            held = [by_fold[m] for m in members if m in by_fold]
            # A group that is called as a category of the table is told apart from it.
            called = f"{name} (group)" if name.casefold() in by_fold else name
            is_category = len(held) == 1 and held[0].casefold() == name.casefold()
            if held and not is_category and chosen.intersection(members):
                found.append(self._measure(block, called, [(block.metric, s) for s in held]))
        if (
            not block.whole
            and len(block.subjects) > 1
            and not _named((m.quantity for m in found), block)
        ):
            name = f"{TOTAL} of {', '.join(block.subjects)}"
            found.append(self._measure(block, name, [(block.metric, s) for s in block.subjects]))
        for listing in block.listings:
            found.extend(self._property_sums(block, listing))
        return found

    def _property_sums(self, block: Block, listing: Listing) -> list[Measure]:
        """Sums over properties of one unit that the sheet lists together."""
        table, collection = block.table, block.collection
        listed = {
            metric: subjects
            for metric, subjects in listing
            if block.unit in table.units(metric, collection) and is_additive(block.unit, metric)
        }
        if len(listed) < 2 or next(iter(listed)) != block.metric:
            return []
        metric = " + ".join(listed)
        components = [(m, subject) for m, subjects in listed.items() for subject in subjects]
        names = list(dict.fromkeys(subject for _, subject in components))
        sums = [
            self._measure(block, _name(name), [c for c in components if c[1] == name], metric)
            for name in names
            if sum(subject == name for _, subject in components) > 1
        ]
        if len(names) > 1:
            whole = all(
                len(subjects) == len(table.subjects(m, collection) or ("-",))
                for m, subjects in listed.items()
            )
            total = TOTAL if whole else f"{TOTAL} of {', '.join(names)}"
            if whole:
                components = [(m, s) for m in listed for s in table.summands(m, collection)]
            sums.insert(0, self._measure(block, total, components, metric))
        return sums

    def _total(self, block: Block) -> Measure:
        summands = block.table.summands(block.metric, block.collection)
        return self._measure(block, TOTAL, [(block.metric, subject) for subject in summands])

    def _categories(self, block: Block) -> Measure:
        """The sum over all categories, without the totals that stand alone in the data."""
        subjects = block.table.subjects(block.metric, block.collection)
        return self._measure(block, TOTAL, [(block.metric, subject) for subject in subjects])

    def _measure(
        self, block: Block, subject: str, components: Iterable[tuple[str, str]], metric: str = ""
    ) -> Measure:
        quantity = Quantity(
            table=block.table.name,
            collection=block.collection,
            unit=block.unit,
            subject=subject,
            metric=_label(block, metric),
            components=tuple(components),
            monthly=block.monthly,
        )
        if quantity not in self._measures:
            self._measures[quantity] = Measure(quantity, block.table, self._dataset)
        return self._measures[quantity]

    def _spans(
        self, measures: Sequence[tuple[Measure, Block]]
    ) -> dict[tuple[str, bool], tuple[str, str]]:
        """Base and target period by table, for years and for months."""
        periods: dict[tuple[str, bool], set[str]] = {}
        for measure, block in measures:
            periods.setdefault((block.table.name, block.monthly), set()).update(measure.periods)
        return {key: self._span(found) for key, found in periods.items() if found}

    def _span(self, periods: Collection[str]) -> tuple[str, str]:
        """As configured, else the first and the last year of the rows.

        Among months, the target is the last one of its year and the base the same month of its
        year, so that the season does not look like a change.
        """
        data = self._config.data
        base = str(data.base_year or min(periods)[:4])
        target = str(data.target_year or max(periods)[:4])
        target = max((p for p in periods if p.startswith(target)), default=target)
        if base == target[:4] or f"{base}{target[4:]}" not in periods:
            return min((p for p in periods if p.startswith(base)), default=base), target
        return f"{base}{target[4:]}", target

    def _planned(self, measure: Measure, block: Block, base: str, target: str) -> Planned:
        quantity = measure.quantity
        shares = (
            measure.additive
            and quantity.metric == _label(block)
            and quantity.subject != TOTAL
            and len(block.table.subjects(block.metric, block.collection)) > 1
        )
        return Planned(
            measure=measure,
            total=self._total(block) if shares else None,
            categories=self._categories(block) if shares else None,
            published_share=self._published_share(measure, block) if shares else None,
            base=base,
            target=target,
            at_region=block.at_region,
            standing=_standing(quantity, block),
        )

    def _published_share(self, measure: Measure, block: Block) -> Measure | None:
        """The share of a single category as the data publishes it."""
        if measure.quantity.is_sum or block.monthly:
            return None
        key = (block.table.name, block.collection)
        if key not in self._published:
            self._published[key] = published_shares(block.table, block.collection, self._dataset)
        share = self._published[key].get(block.metric)
        if share is None:
            return None
        [(_, subject)] = measure.quantity.components
        quantity = Quantity(
            block.table.name, block.collection, "%", subject, share, ((share, subject),)
        )
        return self._measures.setdefault(quantity, Measure(quantity, block.table, self._dataset))

    def _by_weight(self, plan: Iterable[Planned], place: Place) -> list[Planned]:
        """What the sheet selects comes first, the largest of it before the smaller.

        The sum over all categories leads only where all of them are selected; otherwise it and
        the groups are the frame of what is selected, and come after it.
        """

        def weight(entry: Planned) -> tuple[int, float]:
            where = self._dataset.region if entry.at_region else place
            values = entry.measure.of(where)
            last = values.get(entry.target) or next(reversed(list(values.values())), None)
            return (entry.standing, -abs(last.value) if last else 0.0)

        by_block: dict[tuple[object, ...], list[Planned]] = {}
        for entry in plan:
            q = entry.measure.quantity
            by_block.setdefault((q.table, q.collection, q.unit, entry.at_region), []).append(entry)
        return [entry for entries in by_block.values() for entry in sorted(entries, key=weight)]

    def _gaps(self, plan: Iterable[Planned], place: Place) -> tuple[str, ...]:
        """What the selected rows do not hold, a sentence each."""
        absent: dict[str, list[str]] = {}
        early: dict[tuple[str, str, str], list[str]] = {}
        partial: dict[tuple[str, ...], list[str]] = {}
        ratios: dict[str, list[str]] = {}
        region = self._dataset.region
        for planned in plan:
            where = region if planned.at_region else place
            values = planned.measure.of(where)
            name = planned.measure.quantity.subject
            if not values:
                metric = planned.measure.quantity.metric
                if where.kind == "region" and not planned.measure.additive:
                    ratios.setdefault(metric, []).append(name)
                    continue
                if planned.measure.quantity.monthly:
                    metric = f"monthly {metric}"
                elif planned.measure.has_only_months:
                    metric = f"yearly {metric}"
                absent.setdefault(f"{metric} of {where.name}", []).append(name)
            elif planned.target not in values:
                last = list(values)[-1]
                early.setdefault((where.name, planned.target, last), []).append(name)
            missing = planned.measure.missing_members(planned.target) if values else ()
            if missing:
                partial.setdefault(tuple(m.name for m in missing), []).append(name)
        sentences = [
            f"The data hold no {what}: {_listed(names)}." for what, names in absent.items()
        ]
        sentences += [
            f"{metric} of {_listed(names)} is a ratio and is not summed over the members of "
            f"{region.name}."
            for metric, names in ratios.items()
        ]
        sentences += [
            f"For {where} there is no value of {_listed(names)} in {target}; the last is of {last}."
            for (where, target, last), names in early.items()
        ]
        sentences += [
            f"The figure of {region.name} leaves out {_listed(members)}: no value of "
            f"{_listed(names)} there."
            for members, names in partial.items()
        ]
        return tuple(sentences)

    def _origins(self, plan: Iterable[Planned]) -> dict[str, str]:
        return {p.measure.table.name: p.measure.table.origin for p in plan}


def _groups(sheet: PromptSheet, config: ProjectConfig) -> dict[str, tuple[str, ...]]:
    """Group → names of its categories in lower case; the configuration adds to the sheet.

    A group of the configuration may name groups of the sheet.
    """
    groups: dict[str, list[str]] = {}
    for category in sheet.categories:
        if category.group:
            groups.setdefault(category.group, []).append(category.name.casefold())
    by_fold = {name.casefold(): members for name, members in groups.items()}
    for name, entries in config.groups.items():
        members = [m for e in entries for m in by_fold.get(e.casefold(), [e.casefold()])]
        groups[name] = list(dict.fromkeys(members))
    return {name: tuple(members) for name, members in groups.items()}


def _standing(quantity: Quantity, block: Block) -> int:
    """How near a quantity is to what the sheet selects; 0 is nearest."""
    if quantity.subject == TOTAL and (block.whole or quantity.metric != _label(block)):
        return 0
    if quantity.subject.startswith(f"{TOTAL} of ") or _named([quantity], block):
        return 1
    if not quantity.is_sum:
        return 2
    return 4 if quantity.subject == TOTAL else 3


def _label(block: Block, metric: str = "") -> str:
    """Name of a metric; with its unit where the property has several, which are never added."""
    metric = metric or block.metric
    several = len(block.table.units(block.metric, block.collection)) > 1
    return f"{metric} ({block.unit})" if several else metric


def _named(quantities: Iterable[Quantity], block: Block) -> bool:
    """Whether one of several quantities is the sum of what the sheet selects, under a name."""
    chosen = {(block.metric, subject) for subject in block.subjects}
    return any(q.is_sum and q.subject != TOTAL and set(q.components) == chosen for q in quantities)


def _name(subject: str) -> str:
    """A category's name; the data's own total rows are called ``-``."""
    return TOTAL if subject == "-" else subject


def _as_region(drafts: Iterable[Draft]) -> list[Draft]:
    """The region's own figures as a country's section sees them."""
    return [d._replace(role="region") if d.role == "place" else d for d in drafts]


def _each_once(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts without those that say what an earlier one says, in the same role."""
    # Without the derivation and the rows, which take long to compare and follow from the rest.
    found: dict[tuple[object, ...], Draft] = {}
    for draft in drafts:
        found.setdefault((*draft[:6], draft.role, draft.table), draft)
    return list(found.values())


def _numbered(drafts: Sequence[Draft]) -> tuple[Fact, ...]:
    ids = (f"F{number}" for number in range(1, len(drafts) + 1))
    return tuple(map(Fact, ids, *zip(*drafts, strict=True)))


def _unnumbered(fact: Fact) -> Draft:
    return Draft(*(getattr(fact, name) for name in Draft._fields))


def _listed(names: Sequence[str], most: int = 8) -> str:
    """Names in a row; beyond `most` the rest is counted."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
