"""Sentences for readers: how a fact was derived, what is missing. Nothing reads them back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factbook.data.periods.period_texts import period_of
from factbook.evidence.derivation import Derivation
from factbook.evidence.gaps import Gap

_NAMES_SHOWN = 8
"""Subjects and members of a gap that are named; further ones are counted."""

_WHY_NO_SHARE = {
    "signs": "figures above and below zero make up the whole",
    "above": "it would be more than 100 %",
    "members": "the whole leaves out members without a value",
}
_POSITIONS = {1: "largest", 2: "second largest", 3: "third largest", -1: "smallest"}


def sentence(derivation: Derivation) -> str:
    """How a fact was derived, in words; empty where it is not known."""
    return "; ".join((*_how(derivation), *_notes(derivation)))


def _how(derivation: Derivation) -> Iterator[str]:
    """What was done, to what, and what is missing."""
    match derivation.operation:
        case "unknown":
            return
        case "value" | "sum":
            yield from list(_added(derivation)) or ["value in the data"]
            if derivation.holds:
                yield "a category that holds " + ", ".join(derivation.holds)
        case "mean":
            yield from _averaged(derivation)
        case "sum of nodes":
            yield f"sum of the nodes of {derivation.node}"
        case "published share":
            yield f"as published: {derivation.operands[0].metric}"
        case "year to date":
            first, last = derivation.operands
            yield f"sum of all {_parts(first.period)} from {first.period} to {last.period}"
        case "rank" | "count":
            yield from _among(derivation)
        case "share of category" | "share of region" | "share of change":
            yield _divided(derivation)
        case _:
            yield _subtracted(derivation)


def _averaged(derivation: Derivation) -> Iterator[str]:
    """Whose figures a mean is of."""
    members = derivation.members
    named = f"{members.size} members of {members.region}" if members else "the members"
    yield f"mean of {named}, weighted by {derivation.weight}"
    if members is not None and members.missing:
        yield "no value for " + ", ".join(members.missing)


def _subtracted(derivation: Derivation) -> str:
    """A change, or a difference between places."""
    first, second = derivation.operands
    if derivation.operation == "difference":
        return f"{first.place} minus {second.place}"
    if derivation.operation == "difference to reference":
        return f"{first.scenario} minus {second.scenario}"
    if derivation.operation == "relative difference to reference":
        return f"({first.scenario} minus {second.scenario}) ÷ {second.scenario} × 100"
    change = f"{first.period} minus {second.period}"
    is_relative = derivation.operation in ("relative change", "year to date relative change")
    return f"({change}) ÷ {second.period} × 100" if is_relative else change


def _parts(period: str) -> str:
    """``months``."""
    return f"{period_of(period).frequency}s"


def _among(derivation: Derivation) -> Iterator[str]:
    """Among whom a rank is, or what is counted."""
    is_rank = derivation.operation == "rank"
    yield from _ranked(derivation) if is_rank else _counted(derivation)


def _ranked(derivation: Derivation) -> Iterator[str]:
    """Among whom a rank is."""
    among = derivation.among
    if among is not None:
        places = f"members of {among.region}" if among.region else "places"
        yield f"position by value among {among.size} {places} with a value, largest first"
        if among.equal > 1:
            yield f"{among.equal} of them have the same value"
    if derivation.differing:
        yield "without " + ", ".join(derivation.differing) + ", whose definition differs"


def _counted(derivation: Derivation) -> Iterator[str]:
    """Which places are counted, and among whom."""
    among = derivation.among
    if among is not None:
        went = "rose" if derivation.position > 0 else "fell"
        yield (
            f"number of members whose value {went}, among {among.size} members with values in both "
            "periods"
        )


def _divided(derivation: Derivation) -> str:
    """A share, of a whole or of its change."""
    part, whole = derivation.operands
    figure = f"({whole.value:.12g} {whole.unit}) × 100"
    if derivation.operation != "share of change":
        return f"value ÷ {_whole(derivation)} {figure}"
    named = whole.subject if whole.place == part.place else whole.place
    return f"change ÷ change of {named} {figure}"


def _whole(derivation: Derivation) -> str:
    """What a share is taken of."""
    if derivation.operation == "share of region":
        return f"figure of {derivation.operands[1].place}"
    return "the data's own total" if derivation.own == "total" else "sum of all categories"


def _added(derivation: Derivation) -> Iterator[str]:
    """What a value adds up: rows of the data, members, categories."""
    members = derivation.members
    if members is not None and derivation.own in ("row", "rows"):
        yield f"the data's own {derivation.own} for {members.region}"
    if members is not None and members.size:
        named = f"{members.size} member{'' if members.size == 1 else 's'} of {members.region}"
        yield f"sum of {named}" + (" for the rest" if derivation.own else "")
        if members.missing:
            yield "no value for " + ", ".join(members.missing)
    if derivation.summands:
        yield "sum of " + ", ".join(derivation.summands)
    if derivation.missing:
        pairs = [" | ".join((one.metric, one.subject)) for one in derivation.missing]
        yield "no value for " + ", ".join(pairs)
    if derivation.own == "total":
        yield "the data's own total"
    if derivation.totals_of:
        yield "of " + ", ".join(derivation.totals_of) + " the data's own total"


def _notes(derivation: Derivation) -> Iterator[str]:
    """What else is to be known of it."""
    if derivation.stand_in is not None:
        yield f"{derivation.stand_in.which} period with a value"
    if derivation.basis:
        yield f"comparable {derivation.basis}"
    if derivation.position and derivation.among is not None and derivation.operation != "count":
        position = _POSITIONS.get(derivation.position, f"number {derivation.position}")
        yield f"{position} of {derivation.among.size} members with a value"
    if derivation.left_out:
        named = ", ".join(f"{one.subject} ({one.place})" for one in derivation.left_out)
        further = derivation.left_out_count - len(derivation.left_out)
        more = f" and {further} more" if further else ""
        yield f"only what has a value in both periods, without {named}{more}"


def gap_sentence(gap: Gap) -> str:
    """What is missing, in words."""
    named = _listed(gap.subjects)
    match gap.kind:
        case "absent":
            what = f"{gap.interval} {gap.metric}".lstrip()
            return f"The data hold no {what} of {gap.place}: {named}."
        case "not summed":
            of = "" if gap.subjects == ("Total",) else f" of {named}"
            return f"{gap.metric}{of} does not add up over the members of {gap.place}."
        case "ended":
            return (
                f"For {gap.place} there is no value of {_what(gap)} in {gap.target}; the last is "
                f"of {gap.last}."
            )
        case "members":
            return (
                f"The figure of {gap.place} leaves out {_listed(gap.members)}: no value of "
                f"{named} there."
            )
        case "unfinished":
            return (
                f"For {gap.place}, {gap.target} has {gap.interval} of {named}: no figure of "
                f"{gap.target} is told."
            )
        case "incomplete":
            return (
                f"There is no {named} of {gap.metric} for {gap.place} in {gap.target}: "
                f"{_listed(gap.members)} {'has' if len(gap.members) == 1 else 'have'} no value "
                "there, as in other periods."
            )
        case "no share":
            return (
                f"There is no share of {named} in the {gap.metric} of {gap.place} in "
                f"{gap.target}: {_WHY_NO_SHARE[gap.reason]}."
            )
        case "break" | "definition":
            return _not_compared(gap)
        case "sentence":
            return gap.text


def _not_compared(gap: Gap) -> str:
    """What is not compared across a break, or as definitions differ."""
    what = _what(gap)
    if gap.members:
        return (
            f"Ranks and shares of {what} leave out in {gap.target}: {_listed(gap.members)}, whose "
            "definition differs."
        )
    if gap.kind == "break":
        return (
            f"For {gap.place} no change of {what} is given across {gap.target}: break in the "
            "series."
        )
    return f"For {gap.place} no change of {what} to {gap.target} is given: the definition differs."


def _what(gap: Gap) -> str:
    """The metric with its subjects in brackets; without them where that is its total alone."""
    named = _listed(gap.subjects)
    if not gap.metric or gap.subjects == ("Total",):
        return gap.metric or named
    return f"{gap.metric} ({named})"


def _listed(names: Sequence[str]) -> str:
    """Names in a row; beyond the first few the rest is counted."""
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more
