"""Families: the facts of an evidence table, sorted once by topics, and how these are named."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.figures import length_of
from factbook.evidence.traits import Traits
from factbook.writing.offline import words
from factbook.writing.offline.topics import Family, Topic

TopicKey = tuple[str, str, str, str, str]
"""Table, subject, metric, length of the periods, scenario."""

_OF_A_SHARE = " share of category"
"""How the metric of a change of a share ends."""


def families(evidence: Evidence) -> tuple[Family, ...]:
    """The evidence's topics by family, in the order in which the facts come."""
    topics: dict[TopicKey, dict[str, Topic]] = {}
    for fact in evidence.facts:
        _file(fact, evidence.place, topics)
    grouped: dict[tuple[str, str, str, str, str], list[Topic]] = {}
    for (table, _, metric, frequency, scenario), by_unit in topics.items():
        for unit, topic in by_unit.items():
            topic.settle()
            key = (table, metric, unit, frequency, scenario)
            grouped.setdefault(key, []).append(topic)
    keys = list(grouped)
    names = [words.metric_name(key[1], key[2], scenario=key[4]) for key in keys]
    tables: dict[str, set[str]] = {}
    for name, key in zip(names, keys, strict=True):
        tables.setdefault(name.full, set()).add(key[0])
    names = [
        name if len(tables[name.full]) == 1 else _of_table(name, evidence, key[0])
        for name, key in zip(names, keys, strict=True)
    ]
    cores = [name.core for name in names]
    for name, (_, metric, unit, *_), members in zip(names, keys, grouped.values(), strict=True):
        _name(members, name, evidence.traits(metric, unit))
    return tuple(
        Family(
            metric=name,
            topics=tuple(sorted(members, key=_weight)),
            traits=members[0].traits,
            alone=cores.count(name.core) == 1,
            frequency=frequency,
            # Facts come most relevant first: a total that does not lead them is the frame.
            selective=any(t.is_total for t in members) and not members[0].is_total,
            leading=frozenset(
                t.subject for t in takewhile(lambda t: t.is_sum and not t.is_total, members)
            ),
        )
        for name, (*_, frequency, _), members in zip(names, keys, grouped.values(), strict=True)
    )


def _of_table(name: words.MetricName, evidence: Evidence, table: str) -> words.MetricName:
    """A metric that another table of the section has as well, with where this one comes from."""
    origin = words.clean(evidence.origins.get(table, "") or table)
    details = ", ".join(filter(None, (name.detail, origin)))
    return words.MetricName(name.core, details, name.scenario)


def _name(members: Sequence[Topic], metric: words.MetricName, traits: Traits) -> None:
    """Say how the topics of a metric are named.

    A total is called one only where several categories add up to it. The only category, where it
    is called as its metric or a part of it, adds nothing to it.
    """
    categories = [topic for topic in members if not topic.is_sum]
    for topic in members:
        topic.traits = traits
        if topic.is_total:
            topic.name = words.TOTAL if traits.adds and _adds_categories(topic, members) else ""
        elif len(categories) == 1 and words.is_in_metric(topic.subject, metric):
            topic.name = ""
        else:
            topic.name = words.subject_phrase(topic.subject, topic.summands)


def _adds_categories(total: Topic, members: Sequence[Topic]) -> bool:
    """Whether a total is one of several categories, as far as can be seen."""
    return len(members) > 1 or len(total.summands) > 1


def _weight(topic: Topic) -> tuple[int, float]:
    target = topic.target
    order = 0 if topic.is_total else 1 if topic.is_sum else 2
    return order, -abs(target.value) if target else 0.0


def _file(fact: Fact, place: str, topics: dict[TopicKey, dict[str, Topic]]) -> None:
    """Put a fact where it belongs. Facts of a kind that no sentence states are left out."""
    metric = fact.plain_metric
    of_share = metric.endswith(_OF_A_SHARE) and fact.kind == "change"
    metric = metric.removesuffix(_OF_A_SHARE) if of_share else metric
    frequency = length_of(fact.period)
    by_unit = topics.setdefault((fact.table, fact.subject, metric, frequency, fact.scenario), {})
    if fact.is_value:
        topic = by_unit.get(fact.unit)
        if topic is None:
            topic = by_unit[fact.unit] = Topic(fact.table, fact.subject, metric, fact.unit)
        _file_value(fact, place, topic)
        return
    # Derived facts follow the values that they are derived from.
    topic = next(iter(by_unit.values()), None)
    if topic is None:
        unit = fact.unit if fact.kind == "change" and not of_share else ""
        topic = by_unit[unit] = Topic(fact.table, fact.subject, metric, unit)
    if fact.place == place and fact.role in ("place", "region"):
        _file_derived(fact, of_share, topic)
    elif fact.role == "region" and fact.kind == "relative change":
        topic.region_relative = topic.region_relative or fact
    elif fact.role == "extreme" and fact.kind == "share of region":
        topic.extreme_shares.setdefault(fact.place, fact)


def _file_value(fact: Fact, place: str, topic: Topic) -> None:
    if fact.place == place:
        if fact.role in ("place", "region"):
            topic.values.setdefault(fact.period, fact)
    elif fact.role == "region":
        topic.region.setdefault(fact.period, fact)
    elif fact.role == "extreme":
        topic.extremes.setdefault(fact.place, fact)
    elif fact.role == "node":
        topic.nodes.setdefault(fact.place, fact)
    elif fact.role == "neighbour":
        topic.neighbours.setdefault(fact.place, fact)


def _file_derived(fact: Fact, of_share: bool, topic: Topic) -> None:
    if fact.kind in ("change", "relative change") and not of_share:
        topic.changes.setdefault((fact.kind, fact.period), fact)
    if fact.kind == "change":
        if of_share:
            topic.share_change = topic.share_change or fact
        else:
            topic.change = topic.change or fact
    elif fact.kind == "relative change":
        topic.relative = topic.relative or fact
    elif fact.kind in ("year to date", "year to date relative change"):
        topic.to_date.setdefault((fact.kind, fact.period), fact)
    elif fact.kind == "difference to reference":
        topic.to_reference = topic.to_reference or fact
    elif fact.kind == "relative difference to reference":
        topic.relative_to_reference = topic.relative_to_reference or fact
    else:
        where = {
            "share of category": topic.shares,
            "share of region": topic.region_shares,
            "rank": topic.ranks,
        }
        if fact.kind in where:
            where[fact.kind].setdefault(fact.period, fact)
