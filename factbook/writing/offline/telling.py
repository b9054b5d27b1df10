"""Telling: one finding in words, its figures by reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set

from factbook.config.place_tables import PlaceKind
from factbook.data.series import Place
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.figures import length_of
from factbook.evidence.finding import DataFinding
from factbook.evidence.references import REFERENCE, render
from factbook.evidence.rounding import rounded
from factbook.findings.scale import SHARP_PERCENT, SLIGHT_PERCENT
from factbook.writing.offline import words
from factbook.writing.offline.days import on_days
from factbook.writing.offline.flow import Flow, Told, beginning
from factbook.writing.offline.names import Names, region_name
from factbook.writing.offline.phrasings import Use, filled, of_finding, scattered, slots_of
from factbook.writing.shape import count_words

EN_DASH = "\N{EN DASH}"
MOST_WORDS_OF_A_HEADLINE = 12
MOST_OF_A_RANK = 5
"""Ranks from the first and from the last that are told."""

LEAST_PART_PERCENT = 1.0
"""Part of the region's total from which on it is told behind a level."""

_OWN_PLACE = frozenset(("P", "Ps"))
_OTHER_PLACES = frozenset(
    ("R", "Q", "nextP", "firstP", "lastP", "aboveP", "belowP", "places", "with", "region")
)
_NUMBERED = ("m", "n", "c")
"""How roles begin of which a finding has several: members, neighbours, node regions, a course."""


class Teller:
    """Puts the findings of a section into words.

    Args:
        section_id: The section; choices among phrasings follow from it.
        place: Its place.
        place_kind: The kind of places of the report.
        evidence: Its evidence.
    """

    def __init__(
        self, section_id: str, place: Place, place_kind: PlaceKind, evidence: Evidence
    ) -> None:
        self._seed = section_id
        self._evidence = evidence
        self.names = Names(evidence)
        self._kind = place_kind
        self.place = words.place_name(evidence.place or place.name, region=place.kind == "region")
        self.is_region = place.kind == "region"
        named = region_name(evidence)
        self.region = (
            self.place if self.is_region or not named else words.place_name(named, region=True)
        )

    def leading_figure(self, finding: DataFinding) -> float:
        """The first figure of a finding, to six digits."""
        return float(f"{self._evidence.by_id[next(iter(finding.facts.values()))].value:.6g}")

    def sentence(self, finding: DataFinding, flow: Flow, *, tail: str = "") -> Told | None:
        """A finding as a sentence; None where no phrasing has all its slots filled.

        Args:
            finding: The finding.
            flow: What has been said before.
            tail: What follows the level of a series, with its comma.
        """
        if self._is_middling(finding):
            return None
        return self._told(finding, "sentence", flow, tail)

    def tail(self, finding: DataFinding, flow: Flow) -> Told | None:
        """A finding as what follows the level of its series; None where it has no such form."""
        return self._told(finding, "tail", flow, "")

    def headline(self, finding: DataFinding) -> str:
        """A finding in at most twelve words; empty where it has no such form."""
        if self._is_middling(finding):
            return ""
        slots, plural = self._slots(finding, Flow(), is_headline=True)
        texts = self._usable(of_finding(*_name(finding), "headline"), slots)
        names = [name for name in ("SH", "AH", "BH") if f"{name}_short" in slots]
        short = slots | {name: slots[f"{name}_short"] for name in names}
        of_short = (plural - {*names}) | {name for name in names if f"{name}_short" in plural}
        for given, agreeing in ((slots, plural), (short, of_short)):
            for text in texts:
                written = words.capitalised(on_days(filled(text, given, agreeing)))
                if count_words(render(written, self._evidence.by_id)) <= MOST_WORDS_OF_A_HEADLINE:
                    return written
        return ""

    def _is_middling(self, finding: DataFinding) -> bool:
        """Whether all its ranks are neither among the first nor among the last few."""
        facts = [self._evidence.by_id[name] for name in finding.facts.values()]
        ranks = [(fact.value, fact.among or 0) for fact in facts if fact.kind == "rank"]
        return bool(ranks) and all(
            MOST_OF_A_RANK < rank <= among - MOST_OF_A_RANK for rank, among in ranks
        )

    def _told(self, finding: DataFinding, use: Use, flow: Flow, tail: str) -> Told | None:
        slots, plural = self._slots(finding, flow)
        if tail:
            slots["tail"] = tail
        options = self._usable(of_finding(*_name(finding), use), slots)
        if not options:
            return None
        lead = self._evidence.by_id[next(iter(finding.facts.values()))]
        if not self.names.traits(lead).is_amount:
            options = [text for text in options if " grew " not in text]  # a rate rises
        fresh = [t for t in options if t not in flow.used]
        if not fresh:
            return None
        written, text = self._chosen(fresh, slots, plural, flow, use, finding.key)
        flow.used.add(text)
        names = slots_of(text)
        facts = frozenset(REFERENCE.findall(written))
        foreign = bool(names & _OTHER_PLACES) and not (self.is_region and names <= _OWN_REGION)
        return Told(
            written,
            facts,
            count_words(render(written, self._evidence.by_id)),
            foreign or bool(tail and self.region.name in tail and not self.is_region),
            self.names.metric(lead).full,
            "T" in names or self.names.subject(lead) == words.TOTAL,
        )

    def _chosen(
        self,
        texts: Sequence[str],
        slots: Mapping[str, str],
        plural: Collection[str],
        flow: Flow,
        use: Use,
        key: str,
    ) -> tuple[str, str]:
        """The best of some phrasings, written out, and itself.

        It gives most figures that are new, names the place where that is needed, and, if one of
        them does, begins otherwise than the sentence before.
        """
        is_bare = use == "sentence" and (flow.is_open or flow.is_foreign)
        turned = sorted(
            texts,
            key=lambda text: (
                -self._new_figures(text, slots, flow),
                is_bare and not slots_of(text) & _OWN_PLACE,
                scattered(f"{self._seed}|{key}|{text}"),
            ),
        )
        best = ""
        for text in turned:
            names = slots_of(text)
            given = _in_order(text, slots)
            if is_bare and not names & _OWN_PLACE:
                given = self._placed(given, names, is_open=flow.is_open)
            written = filled(text, given, plural)
            if use == "tail":
                return written, text
            written = words.capitalised(on_days(written))
            if beginning(written) != flow.beginning:
                return written, text
            best = best or written
        return best, turned[0]

    def _placed(
        self, slots: Mapping[str, str], names: Set[str], *, is_open: bool
    ) -> dict[str, str]:
        """Slots with the place behind the subject that comes first.

        Args:
            slots: The slots.
            names: Those that the phrasing has.
            is_open: Whether nothing has named the place before.
        """
        first = next((name for name in ("S", "A", "N") if name in names), "")
        first = "T" if "E" in names else first
        is_clear = names & _COMPARED and not is_open
        if not first or is_clear or (self.is_region and names & _OWN_REGION):
            return dict(slots)
        return {**slots, first: f"{slots[first]} in {self.place.name}"}

    @staticmethod
    def _usable(texts: Iterable[str], slots: Mapping[str, str]) -> list[str]:
        held = {name for name, said in slots.items() if said or name in _MAY_BE_EMPTY}
        return [text for text in texts if slots_of(text) <= held]

    def _new_figures(self, text: str, slots: Mapping[str, str], flow: Flow) -> int:
        """How many figures a phrasing gives that are new, less those that are not.

        That one would look like another, in words, is as good as the figure.
        """
        names = slots_of(text)
        ids = [i for name in names for i in REFERENCE.findall(slots[name])]
        shown = sum(i in flow.shown for i in ids)
        return len(ids) + ("alike" in names) - 3 * shown

    def _slots(
        self, finding: DataFinding, flow: Flow, *, is_headline: bool = False
    ) -> tuple[dict[str, str], set[str]]:
        """What each slot holds, and the slots that hold a plural."""
        facts = {role: self._evidence.by_id[name] for role, name in finding.facts.items()}
        slots = {
            role: f"{{{fact.id}}}"
            for role, fact in facts.items()
            if role not in finding.untold and not self._is_nothing(role, fact)
        }
        slots |= self._frame(finding, facts)
        plural: set[str] = set()
        self._name(slots, plural, facts, flow)
        slots |= self._others(finding, facts)
        if is_headline:
            for name in [n for n, text in slots.items() if n.endswith("H")]:
                slots[name] = slots[name].removesuffix(" together")
        return slots, plural

    def _is_nothing(self, role: str, fact: Fact) -> bool:
        """Whether a figure says nothing: next to no part of the region's total, or a start at zero.

        What rose from zero has no base in numbers; zero degrees are one.
        """
        if role == "then" and fact.value == 0:
            return self.names.traits(fact).has_true_zero
        return role == "part" and fact.kind == "share of region" and fact.value < LEAST_PART_PERCENT

    def _frame(self, finding: DataFinding, facts: Mapping[str, Fact]) -> dict[str, str]:
        """Slots of places, periods and words that follow from the measure and the direction."""
        lead = next(iter(facts.values()))
        traits = self.names.traits(lead)
        amount = traits.is_amount
        periods = sorted({p for f in facts.values() for p in f.period.split(EN_DASH)})
        named = dict(finding.words)
        base = named.get("since", "") or (periods[0] if len(periods) > 1 else "")
        frequency = length_of(periods[-1])
        slots = {
            "P": self.place.name,
            "Ps": self.place.possessive,
            "R": self.region.name,
            "Rs": self.region.possessive,
            "t": words.when(periods[-1]),
            "year": frequency,
            "at": "stood at" if not amount or scattered(finding.key) % 2 else "came to",
            "highest": "largest" if amount else "highest",
            "lowest": "smallest" if amount else "lowest",
            "lower": "smaller" if amount else "lower",
            "more": "more" if amount else "higher",
            "less": "less" if amount else "lower",
            "a_more": "more" if amount else "a higher",
            "a_less": "less" if amount else "a lower",
            "form": finding.form,
            "ly": _size(facts.get("change")),
            "members": self._members(facts),
            "faster": _faster(facts),
        }
        if "part" in named:
            part = words.clean(named["part"])
            slots["over_part"] = part if part.startswith("nearly") else f"more than {part}"
        if base:
            slots["b"] = words.when(base)
            slots["same" if base == periods[-1] else "later"] = slots["t"]
        if {"now", "prev"} <= facts.keys() and rounded(facts["now"].value) == rounded(
            facts["prev"].value
        ):
            slots["prev"] = ""
            slots["alike"] = f"little changed from the {frequency} before"
        if {"share", "region"} <= facts.keys() and rounded(facts["share"].value) == rounded(
            facts["region"].value
        ):
            slots["region"] = ""
        if {"first", "second"} <= facts.keys():
            slots |= _alike(facts["first"], facts["second"])
        for name, value in named.items():
            slots.setdefault(name, words.when(value) if name in _PERIODS else words.clean(value))
        if nth := _nth(facts):
            slots["nth"] = nth
        if "top" in facts:
            slots["topped"] = words.when(facts["top"].period)
        if "before" in facts:
            slots["started"] = words.when(facts["before"].period)
        event = facts.get("change") or lead
        slots["when"] = words.when(event.period.split(EN_DASH)[-1])
        return slots

    def _members(self, facts: Mapping[str, Fact]) -> str:
        """``members of the EU``, with what is said where some have no figure."""
        every = (fact.derivation.among for fact in facts.values())
        among = next((one for one in every if one is not None), None)
        if among is not None and not among.region:
            return f"{words.peers(self._kind)} with figures"
        if self.region.name == self.place.name and not self.is_region:
            return f"{words.peers(self._kind)} with figures"
        some = " with figures" if among is not None and among.is_some else ""
        return f"members of {self.region.name}{some}"

    def _name(
        self, slots: dict[str, str], plural: set[str], facts: Mapping[str, Fact], flow: Flow
    ) -> None:
        """Fill the slots that name subjects and metrics."""
        named = _subjects_of(facts)
        lead = named[0]
        metric = self.names.metric(lead)
        slots["MH"] = metric.core
        is_known = metric.full == flow.metric
        is_total = is_known and flow.total == metric.full
        total = words.definite(words.noun_phrase(metric, words.TOTAL, short=True))
        slots["T"] = "the total" if is_total else total
        for at, fact in enumerate(named[:2]):
            for name in ("S", "A") if at == 0 else ("B",):
                self._name_one(name, slots, plural, fact, with_metric=not is_known and at == 0)
        if len(named) > 1 and not is_known:
            slots["A_alone"] = self.names.alone(lead)
            slots["B_full"] = words.definite(self.names.noun(named[1]))
        full = self.names.noun(lead, short=is_known)
        subject, short = self.names.subject(lead), self.names.noun(lead, short=True)
        slots["E"] = subject if subject not in ("", words.TOTAL) else slots["S"]
        slots["N"] = full if subject != words.TOTAL else short
        slots["DN"] = words.definite(slots["N"])
        slots["NH"] = short
        if subject == words.TOTAL:
            slots["SH"] = slots["SH_short"] = metric.core
        if self.names.is_plural(lead, with_metric=True):
            plural.add("N")
        if "next" in facts:
            slots["nextS"] = self.names.subject(facts["next"]) or metric.core

    def _name_one(
        self,
        name: str,
        slots: dict[str, str],
        plural: set[str],
        fact: Fact,
        *,
        with_metric: bool,
    ) -> None:
        """Fill the slots of one subject: in a text, in a headline, and there in short."""
        full = self.names.noun(fact, short=not with_metric)
        slots[name] = words.definite(full) if with_metric else self.names.alone(fact)
        slots[f"{name}H_short"] = head = self.names.head(fact)
        slots[f"{name}H"] = self.names.noun(fact, short=True) if name == "S" else head
        for slot, is_full in (
            (name, with_metric),
            (f"{name}H", name == "S"),
            (f"{name}H_short", False),
        ):
            if self.names.is_plural(fact, with_metric=is_full):
                plural.add(slot)

    def _others(self, finding: DataFinding, facts: Mapping[str, Fact]) -> dict[str, str]:
        """Slots that name other places."""
        slots: dict[str, str] = {}
        listed = [(r, f) for r, f in facts.items() if r[:1] in _NUMBERED and r[1:].isdigit()]
        told = [(r, f) for r, f in listed if r not in finding.untold]
        if listed and (finding.kind == "level"):
            parts = [f"{{{f.id}}} in {words.when(f.period)}" for _, f in told]
            return {"with": words.listed(parts)}
        if listed:
            pairs = [(self._other(f), f"{{{f.id}}}") for _, f in told]
            slots["places"] = words.listed([self._other(f) for _, f in listed])
            if len(told) == len(listed):
                slots["with"] = words.listed([f"{name} ({ref})" for name, ref in pairs])
            else:
                slots["with"] = slots["places"]
            if len(listed) > 1:
                slots["with_several"] = slots["with"]
        names = [v for n, v in finding.words.items() if n.startswith("place")]
        if names and not listed:
            slots["places"] = words.listed([words.place_name(n).name for n in names])
        for role, fact in facts.items():
            if fact.place != self._evidence.place and role not in slots:
                slots[f"{role}P"] = self._other(fact)
        if "changeP" in slots:
            slots["Q"] = slots["changeP"]
        elif "partP" in slots:
            slots["Q"] = slots["partP"]
        return slots

    def _other(self, fact: Fact) -> str:
        """Name of another place, or of a node region without its country."""
        ending = f", {self._evidence.place}"
        return words.place_name(fact.place.removesuffix(ending)).name


_COMPARED = frozenset(("R", "Q"))
"""Slots of sentences that set the place against another, which names it clearly enough."""

_OWN_REGION = frozenset(("R", "Rs", "members", "P", "Ps"))
_MAY_BE_EMPTY = frozenset(("ly", "tail", "form"))
_PERIODS = frozenset(("since", "until", "first", "last"))


def _nth(facts: Mapping[str, Fact]) -> str:
    """A rank next to the first or the last, from there: the tenth of twelve is the ``third``."""
    rank = facts.get("rank")
    if rank is None or rank.among is None:
        return ""
    place = int(min(rank.value, rank.among + 1 - rank.value))
    return {2: "second", 3: "third"}.get(place, "")


def _name(finding: DataFinding) -> tuple[str, str, str]:
    """By which its phrasings are found."""
    form = "" if finding.kind == "multiple" else finding.form
    return finding.kind, form, finding.direction


def _in_order(text: str, slots: Mapping[str, str]) -> Mapping[str, str]:
    """Slots in which the metric is named with the subject that a phrasing names first."""
    if "B_full" not in slots or not 0 <= text.find("{B}") < text.find("{A}"):
        return slots
    return {**slots, "A": slots["A_alone"], "B": slots["B_full"]}


def _subjects_of(facts: Mapping[str, Fact]) -> list[Fact]:
    """A fact of each subject that a finding is about, the leading one first."""
    distinct: dict[tuple[str, str], Fact] = {}
    for role, fact in facts.items():
        if role != "region" or not distinct:
            distinct.setdefault((fact.table, fact.subject), fact)
    return list(distinct.values())


def _alike(one: Fact, other: Fact) -> dict[str, str]:
    """A reference that stands for two figures which look the same, and takes the place of both."""
    same = rounded(one.value) == rounded(other.value)
    return {"both": f"{{{one.id}}}", "first": "", "second": ""} if same else {}


def _size(change: Fact | None) -> str:
    """A word for the size of a change in per cent, with a blank behind it; mostly none."""
    if change is None or change.kind != "relative change":
        return ""
    size = abs(change.value)
    return "slightly " if size < SLIGHT_PERCENT else "sharply " if size >= SHARP_PERCENT else ""


def _faster(facts: Mapping[str, Fact]) -> str:
    """Whether the place's change is the larger of two."""
    own, region = facts.get("own"), facts.get("region")
    if own is None or region is None:
        return "more"
    return "more" if abs(own.value) > abs(region.value) else "less"
