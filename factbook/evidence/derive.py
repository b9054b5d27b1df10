"""Derivation of facts: one question, one fact. Evidence, diff, checks and charts ask alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from factbook.data.dataset import DataSet
from factbook.data.series import Place, SourceRows
from factbook.data.statuses.flags import Status
from factbook.evidence.comparable import barrier, basis, is_alike
from factbook.evidence.comparison import Comparison, compared, is_growth
from factbook.evidence.derivation import Among, Derivation, Operand, Operation
from factbook.evidence.drafts import Draft, draft, like_for_like
from factbook.evidence.facts import Fact, Kind
from factbook.evidence.makeup import makeup
from factbook.evidence.moves import draft_of_count, draft_of_share
from factbook.evidence.panels import Panel, metric_label
from factbook.evidence.questions import Question
from factbook.evidence.shares import is_published, share_of_category, share_of_region
from factbook.evidence.sums import Value, is_noise, merge_sources, tidy
from factbook.evidence.to_date import draft_to_date
from factbook.evidence.wholes import Panels
from factbook.measures.measure import Measure
from factbook.measures.units import read_unit

EN_DASH = "\N{EN DASH}"


def derive(dataset: DataSet, question: Question) -> Fact | None:
    """The fact that a question asks for; None where the data have no answer.

    Its id is empty: it is of no evidence table. Who asks often asks a `Deriver`, which keeps what
    it has computed.

    Args:
        dataset: The data.
        question: The question.

    Raises:
        KeyError: The data have no table of the question's name.
    """
    found = Deriver(dataset).answer(question)
    return Fact("", *found) if found is not None else None


class Deriver:
    """Derives facts, and keeps them: the same fact stands in many sections.

    Args:
        dataset: The data.
    """

    def __init__(self, dataset: DataSet) -> None:
        self.dataset = dataset
        self.panels = Panels(dataset)
        self._kept: dict[tuple[object, ...], Draft | None] = {}

    def answer(self, question: Question) -> Draft | None:
        """The fact that a question asks for, not yet numbered; None where there is none."""
        panel = self.panels.of(question.quantity)
        key = (
            *(id(panel), question.place.code, question.period, question.kind, question.base),
            *(question.role, question.position, question.node, question.stand_in),
            question.other and question.other.code,
        )
        if key not in self._kept:
            self._kept[key] = _Answer(self, panel, question).draft()
        return self._kept[key]


class _Answer:
    """One question, answered."""

    def __init__(self, deriver: Deriver, panel: Panel, question: Question) -> None:
        self.dataset = deriver.dataset
        self.panels = deriver.panels
        self.panel = panel
        self.question = question
        self.period = question.period
        self.place = question.place
        self.among: Among | None = None
        self.differing: tuple[str, ...] = ()
        self.is_given = True
        if question.position and question.kind != "count":
            self._go_to_position()
        self.value = panel.of(self.place).get(self.period)

    def draft(self) -> Draft | None:
        """The fact."""
        if self.question.node:
            return self._of_node()
        if self.question.kind == "count":  # of members, whatever the region has itself
            return draft_of_count(self.panel, self.question)
        if self.value is None or not self.is_given:
            return None
        return _BY_KIND[self.question.kind](self, self.value)

    def _go_to_position(self) -> None:
        """Make the member in the position asked for the place; equal values have no position.

        Nor has, of what adds over places, a value that is not above zero among the largest.
        """
        ranking = self.panel.ranking(self.period, members=True)
        position, count = self.question.position, len(ranking.places)
        index = position - 1 if position > 0 else count + position
        self.is_given = count > 1 and 0 <= index < count
        if self.is_given:
            value = ranking.values[index]
            is_told = value > 0 or position < 0 or not self.panel.measure.adds_over_places
            is_known = ranking.values.count(value) == 1 and is_told
            is_known = is_known and not (value and is_noise(value, ranking.values[0]))
            self.is_given = is_known
            self.place = ranking.places[index]
            self.among = self._among(count)
            self.differing = tuple(place.name for place in ranking.differing)

    def _among(self, count: int, equal: int = 1) -> Among:
        """Some or all of the region's members."""
        is_some = count < len(self.dataset.members)
        return Among(count, self.dataset.region.name, equal, is_some)

    def _value(self, value: Value) -> Draft:
        """The quantity itself."""
        how = makeup(self.panel, self.place, self.period, self.dataset)
        based_on = basis(self.panel, self.place, self.period)
        if self.among is not None or self.question.stand_in is not None or based_on:
            how = replace(
                how,
                among=self.among,
                position=self.question.position,
                stand_in=self.question.stand_in,
                differing=self.differing,
                basis=based_on,
            )
        status = self._status()
        return self._draft(value.value, how, self._sources(self.place), status=status)

    def _change(self, value: Value) -> Draft | None:
        """Absolute or relative change; only summands with a value in both periods are compared."""
        base = self.question.base
        first = self.panel.of(self.place).get(base)
        if first is None or base == self.period:
            return None
        is_mean = self.panel.weight is not None and self.place.kind == "region"
        if is_mean and first.parts.keys() != value.parts.keys():
            return None  # the members of the two means differ
        if barrier(self.panel, self.place, base, self.period) is not None:
            return None
        found = compared(first, value, self.panel.whole)
        if found is None:
            return None
        kind = self.question.kind
        measure = self.panel.measure
        difference = found.after - found.before
        if kind == "change":
            number, unit = difference, _unit_of_difference(measure)
        elif measure.has_true_zero and is_growth(found):
            number, unit = difference / found.before * 100, "%"
        else:
            return None
        how = Derivation(
            "change" if kind == "change" else "relative change",
            operands=(
                self._operand(self.place, found.after),
                self._operand(self.place, found.before, base),
            ),
            left_out=found.left_out,
            left_out_count=found.left_out_count,
        )
        sources = (*self.panel.sources(self.place, base), *self._sources(self.place))
        period = f"{base}{EN_DASH}{self.period}"
        status = self._status(self.panel.status(self.place, base))
        status = self.panel.dataset.flags.without(status, Status.BREAK)  # it lies before the base
        change = self._draft(tidy(number), how, sources, unit=unit, period=period, status=status)
        return like_for_like(change, self.place) if found.left_out else change

    def _share_of_category(self, value: Value) -> Draft | None:
        """Share of the place's sum over all categories; as published where the data have it."""
        wholes = self.panels.wholes(self.panel.quantity)
        if wholes is None:
            return None
        published = wholes.published
        if published is not None and is_published(self.panel, wholes, self.place, self.period):
            share = published.of(self.place)[self.period].value
            q = published.quantity
            point = Operand(self.place.name, q.subject, q.metric, self.period, q.unit, share)
            how = Derivation("published share", operands=(point,))
            status = published.status(self.place, self.period)
            sources = published.sources(self.place, self.period)
            return self._draft(share, how, sources, unit="%", status=status)
        found = share_of_category(self.panel, wholes, self.place, self.period)
        if isinstance(found, str):
            return None
        whole = found.whole.of(self.place)[self.period]
        if not is_alike(self.panel, value, whole):
            return None
        q = found.whole.quantity
        of = Operand(
            *(self.place.name, q.subject, q.metric, self.period, q.unit, whole.value, q.scenario)
        )
        how = Derivation(
            "share of category",
            operands=(self._operand(self.place, value.value), of),
            own=found.own,
        )
        sources = (*self._sources(self.place), *found.whole.sources(self.place, self.period))
        status = self._status(found.whole.status(self.place, self.period))
        return self._draft(found.percent, how, sources, unit="%", status=status)

    def _share_of_region(self, value: Value) -> Draft | None:
        """A member's share of the region's figure; countries outside have none."""
        found = share_of_region(self.panel, self.place, self.dataset, self.period)
        if isinstance(found, str):
            return None
        region = self.dataset.region
        figure = self.panel.of(region)[self.period]
        if not is_alike(self.panel, value, figure):
            return None
        how = Derivation(
            "share of region",
            operands=(
                self._operand(self.place, value.value),
                self._operand(region, figure.value),
            ),
        )
        sources = (*self._sources(self.place), *self._sources(region))
        status = self._status(self.panel.status(region, self.period))
        return self._draft(found.percent, how, sources, unit="%", status=status)

    def _rank(self, value: Value) -> Draft | None:
        """Rank among the region's members, or among all places for a place that is none."""
        is_member = self.dataset.is_member(self.place.code)
        ranking = self.panel.ranking(self.period, members=is_member)
        count = len(ranking.places)
        if self.place in ranking.differing:
            return None
        if count < 2 or is_noise(value.value, ranking.values[0]):
            return None
        equal = ranking.values.count(value.value)
        how = Derivation(
            "rank",
            operands=(self._operand(self.place, value.value),),
            among=self._among(count, equal) if is_member else Among(count, "", equal),
            differing=tuple(place.name for place in ranking.differing),
        )
        rank, sources = float(ranking.rank(value.value)), self._sources(self.place)
        return self._draft(rank, how, sources, unit="rank", among=count, status=self._status())

    def _difference(self, value: Value) -> Draft | None:
        """By how much the place's value is larger than another place's."""
        other = self.question.other
        figure = self.panel.of(other).get(self.period) if other is not None else None
        if other is None or figure is None or not is_alike(self.panel, value, figure):
            return None
        how = Derivation(
            "difference",
            operands=(
                self._operand(self.place, value.value),
                self._operand(other, figure.value),
            ),
        )
        return self._draft(
            tidy(value.value - figure.value),
            how,
            (*self._sources(self.place), *self._sources(other)),
            unit=_unit_of_difference(self.panel.measure),
            status=self._status(self.panel.status(other, self.period)),
        )

    def _difference_to_reference(self, value: Value) -> Draft | None:
        """By how much the value in a scenario is larger than in the reference scenario."""
        quantity = self.panel.quantity
        reference = self.panel.table.reference
        if not quantity.scenario or not reference or quantity.scenario == reference:
            return None
        metric = quantity.components[0][0]
        label = metric_label(
            self.panel.table, metric, quantity.unit, quantity.collection, reference
        )
        other = self.panels.of(replace(quantity, scenario=reference, metric=label))
        figure = other.of(self.place).get(self.period)
        if figure is None or figure.parts.keys() != value.parts.keys():
            return None
        if not is_alike(self.panel, value, figure):
            return None
        pair = Comparison(figure.value, value.value)
        number, unit = value.value - figure.value, _unit_of_difference(self.panel.measure)
        if self.question.kind == "relative difference to reference":
            if not (self.panel.measure.has_true_zero and is_growth(pair)):
                return None
            number, unit = number / figure.value * 100, "%"
        of = Operand(
            *(self.place.name, other.quantity.subject, label, self.period, quantity.unit),
            *(figure.value, reference),
        )
        operation: Operation = "difference to reference"
        if self.question.kind == "relative difference to reference":
            operation = "relative difference to reference"
        how = Derivation(operation, operands=(self._operand(self.place, value.value), of))
        sources = (*self._sources(self.place), *other.sources(self.place, self.period))
        status = self._status(other.status(self.place, self.period))
        return self._draft(tidy(number), how, sources, unit=unit, status=status)

    def _to_date(self, value: Value) -> Draft | None:
        """What the parts of the year up to the period add up to, or its change."""
        return draft_to_date(self.panel, replace(self.question, place=self.place))

    def _share_of_change(self, value: Value) -> Draft | None:
        """What part of a total's change, or of the region's, the place's change is."""
        other = self.question.other
        wholes = self.panels.wholes(self.panel.quantity) if other is None else None
        whole = self.panel if other is not None else wholes.total if wholes else None
        if whole is None:
            return None
        return draft_of_share(self.panel, whole, replace(self.question, place=self.place))

    def _of_node(self) -> Draft | None:
        """Value of a node region of the place."""
        quantity, name = self.panel.quantity, self.question.node
        points = self.panel.of_nodes(self.place, self.period).get(name)
        if points is None:
            return None
        place = f"{name}, {self.place.name}"
        how = Derivation(
            "sum of nodes",
            operands=tuple(
                Operand(place, subject, metric, self.period, quantity.unit)
                for metric, subject in quantity.components
            ),
            node=name,
        )
        return draft(
            *(quantity, place, self.period, tidy(sum(point.value for point in points))),
            derivation=how,
            sources=merge_sources(point.sources for point in points),
            role=self.question.role,
            status=self.panel.dataset.flags.merged(point.status for point in points),
        )

    def _operand(self, place: Place, value: float, period: str = "") -> Operand:
        q = self.panel.quantity
        period = period or self.period
        return Operand(place.name, q.subject, q.metric, period, q.unit, value, q.scenario)

    def _status(self, *others: str) -> str:
        """Flags of the place's value, and of others that it is set against."""
        flags = (self.panel.status(self.place, self.period), *others)
        return self.panel.dataset.flags.merged(flags) if any(flags) else ""

    def _sources(self, place: Place) -> tuple[SourceRows, ...]:
        return self.panel.sources(place, self.period)

    def _draft(
        self,
        value: float,
        derivation: Derivation,
        sources: tuple[SourceRows, ...],
        *,
        unit: str | None = None,
        period: str = "",
        among: int | None = None,
        status: str = "",
    ) -> Draft:
        kind = self.question.kind
        return draft(
            *(self.panel.quantity, self.place.name, period or self.period, value),
            derivation=derivation,
            sources=sources,
            kind="value" if kind == "total" else kind,
            role=self.question.role,
            unit=unit,
            among=among,
            status=status,
        )


_BY_KIND: Mapping[Kind, Callable[[_Answer, Value], Draft | None]] = {
    "value": _Answer._value,
    "total": _Answer._value,
    "change": _Answer._change,
    "relative change": _Answer._change,
    "share of category": _Answer._share_of_category,
    "share of region": _Answer._share_of_region,
    "rank": _Answer._rank,
    "year to date": _Answer._to_date,
    "year to date relative change": _Answer._to_date,
    "difference": _Answer._difference,
    "share of change": _Answer._share_of_change,
    "difference to reference": _Answer._difference_to_reference,
    "relative difference to reference": _Answer._difference_to_reference,
}


_IS_SCALE = re.compile(r"\d|index\b|.{0,60}=\s*\d", re.IGNORECASE).match


def _unit_of_difference(measure: Measure) -> str | None:
    """The unit of a difference; None for that of the measure itself.

    1.9 more on an index of 1982-84 = 100, or on a scale of 0-100, are points.
    """
    if measure.is_share:
        return "percentage points"
    quantity = read_unit(measure.unit).quantity
    is_amount = quantity is not None and quantity.adds != "none"  # 1 000 head
    return "points" if _IS_SCALE(measure.unit) and not is_amount else None
