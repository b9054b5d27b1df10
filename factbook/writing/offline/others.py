"""Figures beside the place's own: rank, region, largest and smallest, node regions, neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factbook.evidence.facts import Fact
from factbook.writing.offline import movement as move
from factbook.writing.offline import words
from factbook.writing.offline.statements import (
    SizeOfChange,
    Statement,
    Teller,
    figures_beside,
    figures_in,
    reference,
    same_figure,
    with_figures,
)
from factbook.writing.offline.topics import (
    EN_DASH,
    Topic,
    is_like_for_like,
    is_same_definition,
    same_parts,
)

TOP_RANKS = 5
"""A rank is mentioned only among the first or the last so many."""

NAMES_IN_A_LIST = 3


def other_statements(teller: Teller) -> Iterator[Statement]:
    """Everything that can be said of others' figures in one family, the largest topics first."""
    family = teller.family
    topics = [t for t in family.topics if not t.is_zero] or family.topics
    ordered = sorted(topics, key=family.standing)
    for place, topic in enumerate(ordered[: teller.setting.breadth]):
        weight = 9.0 * place
        yield from _rank(teller, topic, 78.0 - weight)
        yield from _region(teller, topic, 73.0 - weight)
        yield from _extremes(teller, topic, 56.0 - weight)
        yield from _nodes(teller, topic, 54.0 - weight)
        yield from _neighbours(teller, topic, 52.0 - weight)


def _rank(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    for kind, period, weight, value in (
        ("rank", topic.target_period, 0.0, topic.target),
        ("rank_before", topic.base_period, -48.0, topic.base),
    ):
        rank = topic.ranks.get(period)
        if rank is None or value is None or value.value <= 0 or not _is_notable(rank):
            continue
        slots = move.periods(topic) | {"k": reference(rank), "peers": _peers(teller, rank)}
        said = kind if topic.traits.goes_first_by_size else f"{kind}_counted"
        yield teller.tell(said, topic, [rank], importance + weight, **slots)


def _is_notable(rank: Fact) -> bool:
    among = rank.among or 0
    return among > 1 and (rank.value <= TOP_RANKS or rank.value > among - TOP_RANKS)


def _peers(teller: Teller, rank: Fact) -> str:
    """Among whom a rank is."""
    region = teller.setting.region
    among = rank.derivation.among
    places = words.peers(teller.setting.place_kind)
    if among is None:
        return places
    if among.region and region is not None:
        return f"members of {region.name}{_with_figures(rank)}"
    return places if among.region else f"{places} with figures"


def _with_figures(fact: Fact) -> str:
    """What is said of a region's members where others of them have no figure."""
    among = fact.derivation.among
    return " with figures" if among is not None and among.is_some else ""


def _region(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    if teller.setting.place.kind == "region":
        return
    yield from _region_share(teller, topic, importance)
    yield from _region_itself(teller, topic, importance)


def _region_share(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    period = topic.target_period
    share, figure = topic.region_shares.get(period), topic.region.get(period)
    slots = move.periods(topic)
    if share is not None and share.value > 0:
        slots["g"] = reference(share)
        if figure is not None and not teller.setting.lean:
            yield teller.tell(
                "region_share_level",
                topic,
                [share, figure],
                importance,
                x=reference(figure),
                **slots,
            )
        yield teller.tell("region_share", topic, [share], importance - 1.0, **slots)
    before = topic.region_shares.get(topic.base_period)
    if before is not None and before.value > 0:
        slots["g"] = reference(before)
        yield teller.tell(
            "region_share_before",
            topic,
            [before],
            importance - 46.0,
            **slots,
        )


def _region_itself(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """The region's value in target and base period, and its change."""
    target, base, spans = _region_periods(topic)
    if target is not None and base is not None and not _comparable(topic, target, base):
        base = None
    slots = {"t": words.when(spans[1]), "b": words.when(spans[0])}
    lonely = 20.0 if topic.target is None else 0.0
    if target is not None and _lacks_members(target):
        if target.value > 0:
            figures = {"x": reference(target)}
            yield teller.tell(
                "region_partly", topic, [target], importance - 14.0, **slots, **figures
            )
        return
    if target is not None and target.value > 0:
        if base is not None and base.value > 0 and not same_figure(target, base):
            moved = teller.direction(target.value - base.value, "", topic.subject, "region")
            moved["rose"] = moved["rose"].split()[0]
            figures = {"x": reference(target), "w": reference(base)}
            yield teller.tell(
                "region_moved",
                topic,
                [target, base],
                importance - 22.0 + lonely,
                **slots,
                **moved,
                **figures,
            )
        yield teller.tell(
            "region_level",
            topic,
            [target],
            importance - 14.0,
            x=reference(target),
            **slots,
        )
    if base is not None and base.value > 0:
        yield teller.tell(
            "region_before",
            topic,
            [base],
            importance - 47.0,
            w=reference(base),
            **slots,
        )
    yield from _region_change(teller, topic, importance - 21.0)


def _lacks_members(fact: Fact) -> bool:
    """Whether a region's figure leaves out members: it is then not told as the region's."""
    return fact.derivation.members is not None and bool(fact.derivation.members.missing)


def _comparable(topic: Topic, target: Fact, base: Fact) -> bool:
    """Whether two values of the region may be set against each other."""
    return same_parts(target, base) and not is_like_for_like(topic.region_relative)


def _region_change(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    change = topic.region_relative
    if change is None or change.value == 0 or EN_DASH not in change.period:
        return
    if move.nearly_all(change):
        return
    base, target = change.period.split(EN_DASH)
    slots = {"t": words.when(target), "b": words.when(base), "r": reference(change)}
    size: SizeOfChange = "slight" if abs(change.value) < move.SLIGHT_PERCENT else ""
    moved = teller.direction(change.value, size, topic.subject, "region")
    kind = "region_like_for_like" if is_like_for_like(change) else "region_change"
    yield teller.tell(kind, topic, [change], importance, **slots, **moved)


def _region_periods(topic: Topic) -> tuple[Fact | None, Fact | None, tuple[str, str]]:
    """The region's target and base value; its own periods where the place has no value."""
    base, target = topic.span
    if not target and topic.region:
        listed = list(topic.region)
        target = max(listed[:2])
        base = min(listed[:2]) if len(listed) > 1 else ""
    return topic.region.get(target), topic.region.get(base), (base, target)


def _extremes(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    facts = [f for f in topic.extremes.values() if f.place != teller.setting.place.name]
    if teller.setting.place.kind == "region":
        yield from _members(teller, topic, facts, importance + 32.0)
    largest = next((f for f in facts if f.derivation.position == 1 and f.value > 0), None)
    smallest = next((f for f in facts if f.derivation.position == -1), None)
    if not any(f.derivation.position for f in facts) and len(facts) == 2:
        smallest, largest = sorted(facts, key=lambda f: f.value)
    both = largest is not None and smallest is not None and smallest.value > 0
    if largest is not None and smallest is not None and both and not teller.setting.lean:
        slots = _field(teller, largest) | {"x": reference(largest), "y": reference(smallest)}
        slots |= {"X": _name(largest), "Y": _name(smallest)}
        yield teller.tell(
            "extremes",
            topic,
            [largest, smallest],
            importance,
            **slots,
        )
    for kind, fact in (("largest", largest), ("smallest", smallest)):
        if fact is None:
            continue
        said = "smallest_zero" if fact.value == 0 and topic.traits.is_amount else kind
        slots = _field(teller, fact) | {"x": reference(fact), "X": _name(fact)}
        weight = -3.0 if kind == "largest" else -8.0 if teller.setting.lean else -25.0
        yield teller.tell(said, topic, [fact], importance + weight, **slots)


def _members(
    teller: Teller, topic: Topic, facts: Sequence[Fact], importance: float
) -> Iterator[Statement]:
    """The members with the largest values, and their shares, in a region's section."""
    leaders = [f for f in facts if f.derivation.position > 0 and f.value > 0]
    if len(leaders) > 1:
        slots = _field(teller, leaders[0])
        slots["with"] = with_figures([(_name(f), f) for f in leaders])
        yield teller.tell("members", topic, leaders, importance, **slots)
    shares = [(_name(f), topic.extreme_shares[f.place]) for f in leaders if _shared(topic, f)]
    if not shares:
        return
    parts = [f"{shares[0][0]} accounted for {reference(shares[0][1])}"]
    parts += [f"{name} for {reference(fact)}" for name, fact in shares[1:]]
    slots = {"t": words.when(shares[0][1].period), "accounted": words.listed(parts)}
    shown = [fact for _, fact in shares]
    yield teller.tell("member_shares", topic, shown, importance - 22.0, **slots)


def _shared(topic: Topic, leader: Fact) -> bool:
    share = topic.extreme_shares.get(leader.place)
    return share is not None and share.value > 0 and share.period == leader.period


def _field(teller: Teller, fact: Fact) -> dict[str, str]:
    """Slots that say among whom a figure is the largest, and when.

    Extremes are those of the region's members, whether the section's place is one or not.
    """
    region = teller.setting.region
    if teller.setting.place.kind == "region":
        region = teller.setting.name
    elif region is None and fact.derivation.among and fact.derivation.among.region:
        region = words.place_name(fact.derivation.among.region, region=True)
    named = region.name if region is not None else "the region"
    field = f"the members of {named}{_with_figures(fact)}"
    return {
        "t": words.when(fact.period),
        "field": f"among {field}",
        "field_low": f"among {field}",
    }


def _name(fact: Fact) -> str:
    return words.place_name(fact.place).name


def _nodes(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Node regions, largest first, three to a sentence."""
    ending = f", {teller.setting.place.name}"
    nodes = [f for f in topic.nodes.values() if f.value > 0]
    nodes.sort(key=lambda f: -f.value)
    for place, chunk in enumerate((nodes[:3], nodes[3:6])):
        if not chunk:
            continue
        pairs = [(words.clean(f.place.removesuffix(ending)), f) for f in chunk]
        slots = {
            "t": words.when(chunk[0].period),
            "with": with_figures(pairs),
            "in": figures_in(pairs),
        }
        kind, weight = ("more_nodes", -28.0) if place else ("nodes", 0.0)
        if not place and len(nodes) == 1:
            if teller.setting.partial:
                return
            kind = "one_node"
        yield teller.tell(kind, topic, chunk, importance + weight, **slots)


def _neighbours(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Neighbours above and below the place, three to a sentence, the largest first."""
    facts = sorted((f for f in topic.neighbours.values() if f.value > 0), key=lambda f: -f.value)
    own = topic.target
    if own is not None:
        facts = [f for f in facts if is_same_definition(f, own)]
    yield from _neighbours_zero(teller, topic, importance - 34.0)
    if not facts:
        return
    groups: list[tuple[str, list[Fact], float]] = []
    same_period = own is not None and all(f.period == own.period for f in facts)
    if own is None or not same_period or own.value < 0:
        period = facts[0].period
        groups.append(("neighbours", [f for f in facts if f.period == period], 0.0))
    else:
        above = [f for f in facts if f.value > own.value and not same_figure(f, own)]
        below = [f for f in facts if f.value < own.value and not same_figure(f, own)]
        groups += [("neighbours_above", above, 0.0), ("neighbours_below", below, -4.0)]
    for kind, members, weight in groups:
        size = 2 if teller.setting.lean else NAMES_IN_A_LIST
        for place, chunk in enumerate((members[:size], members[size : 2 * size])):
            if chunk:
                yield _neighbour(teller, topic, kind, chunk, importance + weight - 22.0 * place)


def _neighbours_zero(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Neighbours where there is nothing."""
    if not topic.traits.is_amount:
        return
    zeros = [f for f in topic.neighbours.values() if f.value == 0][:NAMES_IN_A_LIST]
    zeros = [f for f in zeros if f.period == zeros[0].period]
    if zeros:
        slots = {"t": words.when(zeros[0].period), "list": words.listed([_name(f) for f in zeros])}
        yield teller.tell("neighbours_zero", topic, zeros, importance, **slots)


def _neighbour(
    teller: Teller, topic: Topic, kind: str, facts: Sequence[Fact], importance: float
) -> Statement:
    pairs = [(_name(f), f) for f in facts]
    slots = {
        "t": words.when(facts[0].period),
        "with": with_figures(pairs),
        "in": figures_in(pairs),
        "beside": figures_beside(pairs),
        "nb": "the neighbour" if len(facts) == 1 else "the neighbours",
        "higher": "a higher figure" if len(facts) == 1 else "higher figures",
        "lower": "a lower figure" if len(facts) == 1 else "lower figures",
    }
    return teller.tell(kind, topic, facts, importance, **slots)
