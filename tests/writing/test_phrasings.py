"""Every phrasing of findings and frames: well-formed, and grammatical in singular and plural."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, get_args

import pytest

from factbook.evidence.finding import FindingKind
from factbook.writing.offline import phrasings, words
from factbook.writing.offline.phrasings import Use, expanded, filled, of_finding, slots_of

from .worlds import random_report


def _tables(name: str) -> dict[str, Any]:
    text = files("factbook.writing.offline").joinpath(name).read_text("utf-8")
    return tomllib.loads(text)


FINDINGS, FRAMES = _tables("findings.toml"), _tables("frames.toml")
FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "level": (
        *(("rose", "up"), ("fell", "down"), ("flat", ""), ("only", ""), ("from zero", "up")),
        *(("to zero", "down"), ("course", "")),
    ),
    "multiple": (("", "up"), ("", "down")),
    "record": (("ever", "up"), ("ever", "down"), ("since", "up"), ("since", "down")),
    "turn": (("peak", "down"), ("trough", "up")),
    "reversal": (("", "up"), ("", "down")),
    "streak": (("all", "up"), ("all", "down"), ("since", "up"), ("since", "down")),
    "pace": (("faster", ""), ("slower", "")),
    "jump": (("", "up"), ("", "down")),
    "milestone": (("", "up"),),
    "absence": (("ended", "down"), ("began", "up")),
    "crossing": (("passed", ""), ("fell back", "")),
    "contribution": tuple(
        (form, way) for form in ("explains", "largest", "mover", "member") for way in ("up", "down")
    ),
    "substitution": (("", ""),),
    "makeup": (("one", ""), ("two", ""), ("leading", "")),
    "threshold": (("", "up"), ("", "down")),
    "leader": (("", ""),),
    "near equality": (("", ""), ("ahead", "")),
    "rank": (("first", "up"), ("first", "down"), ("near", "up"), ("near", "down"), ("between", "")),
    "rank change": (("", "up"), ("", "down")),
    "distance": tuple(
        (form, way) for form in ("level", "growth", "against", "share") for way in ("up", "down")
    ),
    "gap change": (("wider", ""), ("closer", "")),
    "spread": (("closer", ""), ("wider", "")),
    "outlier": (("", "up"), ("", "down")),
    "members": (
        *(("half", ""), ("leaders", ""), ("range", ""), ("own level", "")),
        *(("own moved", "up"), ("own moved", "down")),
    ),
    "exception": tuple(
        (form, way) for form in ("own", "all", "any", "but") for way in ("up", "down")
    ),
    "neighbours": tuple(
        (f"{quantity}{way}", "") for quantity in ("", "some ", "all ") for way in ("above", "below")
    ),
    "nodes": (("most", ""), ("largest", ""), ("all", "")),
    "scenario": (("", "up"), ("", "down")),
    "to date": (("", ""), ("", "up"), ("", "down"), ("flat", "")),
    "zero": (("", ""),),
}
"""Kind of finding → the forms and directions that detectors give it."""

OF_TEXT = """
P Ps R Rs N DN S E A B T Q t later same both over_part b since first last when part year at alike
nth
highest lowest
lower more
less a_more a_less form ly members faster places with with_several tail none nextS nextP 
firstP lastP aboveP belowP n1P topP bottomP top_thenP bottom_thenP topped started SH NH AH BH MH
SH_short AH_short BH_short reference
"""
ROLES = """
now then change part region share share_then top late early above below fall rise next first 
second rank own bottom bottom_then top_then before count difference percent n1 prev last
"""
SAMPLES = {
    "P": "Austria", "Ps": "Austria's", "R": "the EU", "Rs": "the EU's", "N": "power use",
    "DN": "the use of power", "S": "gas", "E": "gas", "A": "gas", "B": "wind", "T": "the total",
    "Q": "Spain", "t": "2021", "later": "2021", "same": "2021", "both": "12%",
    "b": "2015", "part": "half", "over_part": "more than half", "year": "year", "at": "stood at",
    "highest": "largest", "lowest": "smallest", "lower": "smaller", "more": "more", "less": "less",
    "a_more": "a higher", "a_less": "a lower", "form": "doubled", "ly": "slightly ",
    "nth": "third", "alike": "little changed from the year before",
    "members": "members of the EU", "faster": "more", "places": "Spain and Italy",
    "with": "Spain (9 TWh)", "with_several": "Spain (9 TWh) and Italy (8 TWh)", "tail": "",
    "none": "power use from peat", "topped": "2017", "SH": "use of gas", "NH": "use of gas",
    "AH": "gas", "BH": "wind", "MH": "power use",
}  # fmt: skip
USES: tuple[Use, ...] = ("sentence", "headline", "tail")
AGREEING = re.compile(r"<(\w+):")
SUBJECTS = ("S", "A", "B", "N", "SH", "AH", "BH", "SH_short", "AH_short", "BH_short")


def every() -> Iterator[tuple[str, Use, str]]:
    """Entry, use and phrasing of all findings, alternatives written out."""
    for name, entry in FINDINGS.items():
        for use in USES:
            for text in expanded(entry.get(use, ())):
                yield name, use, text


def test_tables_are_of_known_kinds_and_uses() -> None:
    """No entry is for a kind, form or use that there is not, so that none is in vain."""
    assert set(FORMS) == set(get_args(FindingKind))
    names = {
        name
        for kind, forms in FORMS.items()
        for form, way in forms
        for name in (f"{kind}.{form}.{way}", f"{kind}.{form}", f"{kind}.{way}", kind)
    }
    assert set(FINDINGS) <= names
    for entry in FINDINGS.values():
        assert set(entry) <= set(USES)


@pytest.mark.parametrize("kind", FORMS)
def test_every_finding_has_sentences_and_headlines(kind: str) -> None:
    """Whatever a detector gives can be told, and stand above a text."""
    for form, way in FORMS[kind]:
        assert of_finding(kind, form, way, "sentence"), (form, way)
        assert of_finding(kind, form, way, "headline"), (form, way)


def test_findings_of_random_data_have_phrasings() -> None:
    """The forms above are those that detectors give."""
    seen = set()
    for number in range(40):
        report = random_report(number)
        for place in (*report.dataset.countries[:4], report.region):
            found = report.builder.found(report.sheet.sub_tasks[0], place)
            for candidate in (one.scored.candidate for one in found):
                form = "" if candidate.kind == "multiple" else candidate.form
                assert form in {name for name, _ in FORMS[candidate.kind]}, candidate
                name = (candidate.kind, form, candidate.direction)
                assert of_finding(*name, "sentence"), name
                assert of_finding(*name, "headline"), name
                seen.add(candidate.kind)
    assert len(seen) > 15


def test_directions_are_not_those_of_others() -> None:
    """A rise has no word of a fall, nor a fall one of a rise."""
    falls = re.compile(r"\b(?:fell|declined|down|falls?|loses?|lost|lowest|lower)\b")
    rises = re.compile(r"\b(?:rose|grew|up|rises?|gains?|gained|highest)\b")
    mixed = {"reversal", "turn", "exception", "distance", "streak", "rank", "to date", "outlier"}
    for name, _, text in every():
        kind, _, way = name.split(".")[0], "", name.rsplit(".", 1)[-1]
        if kind in mixed or way not in ("up", "down"):
            continue
        plain = text.replace("added up", "").replace("{lowest}", "").replace("{highest}", "")
        plain = re.sub(r"made up|largest \w+|up to", "", plain)
        assert not (falls if way == "up" else rises).search(plain), (name, text)


def test_slots_are_known() -> None:
    """A slot that nobody fills would keep its phrasing from ever being used."""
    for name, _, text in every():
        assert slots_of(text) <= {*OF_TEXT.split(), *ROLES.split()}, (name, text)


def test_agreement_is_with_a_slot_of_the_phrasing() -> None:
    """A verb agrees with a subject that stands in the sentence, and that may be a plural."""
    for name, _, text in every():
        for slot in AGREEING.findall(text):
            assert slot in SUBJECTS, (name, text)
            named = slots_of(text)
            assert slot in named or (slot == "N" and "DN" in named) or slot == "S", (name, text)


def test_verbs_of_the_present_agree() -> None:
    """In sentences and headlines no verb behind a subject is fixed to the singular."""
    fixed = re.compile(
        r"\{(?:S|A|B|N|DN|SH|AH|BH|SH_short)\}(?: in \{P\})? "
        r"(?:was|has|is|rises|falls|gains|loses|makes|moves|reaches|explains|overtakes)\b"
    )
    for name, _, text in every():
        shared = re.sub(r"[Tt]he (?:share|distance) (?:of|from) \{S\}", "", text)
        assert not fixed.search(shared), (name, text)


@pytest.mark.parametrize("is_plural", [False, True])
def test_phrasings_are_sentences(*, is_plural: bool) -> None:
    """Filled, each is one clean sentence; a headline has none of its marks."""
    plural = {*SUBJECTS} if is_plural else set()
    for name, use, text in every():
        given = {slot: SAMPLES.get(slot, "9 TWh") for slot in slots_of(text)}
        for role in ("since", "first", "last", "when"):
            if role in given:
                given[role] = "2012"
        written = filled(text, given, plural)
        assert not re.search(r"[{}<>\[\]|]|  | [,.;:]|,,|\.\.", written), (name, written)
        if use == "tail":
            assert written[0] in ",;", (name, written)
            continue
        written = words.capitalised(written)
        assert written[0].isupper() or written[0].isdigit(), (name, written)
        assert written.endswith(".") == (use == "sentence"), (name, written)
        assert written.count(".") == (use == "sentence"), (name, written)


def test_pronouns_agree() -> None:
    """They stand for a subject in angle brackets, or for a total or a level."""
    for name, _, text in every():
        bare = re.sub(r"<[^>]*>", "", text)
        found = re.search(r"\b(?:they|their|them)\b", bare)
        assert found is None, (name, text)


def test_no_phrasing_praises_or_exaggerates() -> None:
    """No word of praise or of alarm, and none of size but those of the published scale."""
    loaded = re.compile(
        r"\b(?:impressive|remarkabl\w+|strong\w*|dramatic\w*|soar\w*|plung\w*|best|worst|success\w*|"
        r"improv\w*|worsen\w*|unfortunately|notabl\w+|significant\w*|massive\w*|sharply|slightly)\b",
        re.IGNORECASE,
    )
    for name, _, text in every():
        assert not loaded.search(text), (name, text)


def test_digits_stand_in_no_phrasing() -> None:
    """Figures come by reference, periods by slot."""
    for name, _, text in every():
        assert not re.search(r"\d", re.sub(r"\{\w+\}", "", text)), (name, text)


def test_phrasings_of_an_entry_differ() -> None:
    """The same sentence twice would be drawn twice as often."""
    for name, entry in FINDINGS.items():
        for use in USES:
            texts = expanded(entry.get(use, ()))
            assert len(set(texts)) == len(texts), (name, use)


@pytest.mark.parametrize("name", FRAMES)
def test_frames_are_sentences(name: str) -> None:
    """The same of what is not about a figure."""
    for text in phrasings.of_frame(name):
        slots = {slot: "wind" for slot in slots_of(text)}
        written = words.capitalised(filled(text, slots, ()))
        assert not re.search(r"[{}<>\[\]|]|  | [,.;:]|,,|\.\.|\d", written), written
        assert written[0].isupper(), written
        assert written.endswith("."), written


def test_sentences_about_plural_metrics_agree() -> None:
    """Nobody writes: emissions, which is taken to 2021."""
    kept = [text for name in ("watch", "watch_level") for text in phrasings.of_frame(name)]
    agreeing = r"\{TN\} in \{P\},? (?:which )?(?:is|deserves)\b|(?:is|stands|deserves) \{TN\} in"
    singular = r"A series|The series|a series|the series"
    wrong = [t for t in kept if re.search(agreeing, t) and not re.search(singular, t)]
    assert kept
    assert not wrong
