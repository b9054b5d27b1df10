"""The offline writer: its texts are true to their facts, of the asked length, varied and clean."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from factbook.data.series import Place
from factbook.evidence.derivation import Derivation, LeftOut, Members, StandIn
from factbook.evidence.facts import Evidence
from factbook.evidence.gaps import Gap
from factbook.evidence.references import REFERENCE, references, render
from factbook.writing.job import SectionJob, Shape, Upstream
from factbook.writing.offline import OfflineWriter, extent_of, summarise, words
from factbook.writing.offline.compose import Composition, Extent
from factbook.writing.shape import count_words

from .evidence_factory import (
    FUELS,
    MEMBERS,
    YEARS,
    Facts,
    austria,
    evidence,
    extreme,
    job,
    moved,
    random_job,
    sum_of,
)

SECTIONS = 200
TWO_PARAGRAPHS = Shape(min_words=120, max_words=180, paragraphs=2)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[“A-Z])")


@lru_cache(maxsize=1)
def written() -> tuple[tuple[SectionJob, str, str], ...]:
    """Two hundred sections of random evidence: job, source text, text."""
    writer = OfflineWriter()
    jobs = [random_job(number) for number in range(SECTIONS)]
    sources = [writer.write(one).source_text for one in jobs]
    return tuple(
        (one, source, render(source, one.evidence.by_id))
        for one, source in zip(jobs, sources, strict=True)
    )


def sentences(text: str) -> list[str]:
    """Sentences of a text, across its paragraphs."""
    return [s for part in text.split("\n\n") for s in SENTENCE_END.split(part)]


def write(given: Evidence, **details: object) -> str:
    """Rendered text of a section."""
    one = job(given, **details)  # type: ignore[arg-type]
    return render(OfflineWriter().write(one).source_text, given.by_id)


def phrasings(*parts: Facts, count: int = 30, **details: object) -> Iterator[str]:
    """The text of the same facts in sections of different ids, so in different words."""
    for number in range(count):
        yield write(evidence(*parts, section_id=f"1.{number}.1@AT"), **details)


def own_facts(given: Evidence) -> int:
    """How many facts of the place itself are not zero."""
    return sum(fact.role == "place" and fact.value != 0 for fact in given.facts)


@pytest.mark.slow
def test_texts_are_the_same_in_every_process() -> None:
    """A text depends on the job alone, not on the process or its hash seed."""
    code = (
        "from writing.evidence_factory import random_job\n"
        "from factbook.writing.offline import OfflineWriter\n"
        "print(ascii([OfflineWriter().write(random_job(n)).source_text for n in range(8)]), end='')"
    )
    tests = str(Path(__file__).parents[1])
    run = [sys.executable, "-W", "error", "-c", code]
    found = {
        subprocess.run(run, check=True, capture_output=True, text=True, env=environment).stdout
        for environment in (
            {"PYTHONHASHSEED": "1", "PYTHONPATH": tests},
            {"PYTHONHASHSEED": "2", "PYTHONPATH": tests},
        )
    }
    assert found == {ascii([source for _, source, _ in written()[:8]])}


def test_identity_names_provider_and_version() -> None:
    """The content key of a section changes with the phrasings' version."""
    identity = OfflineWriter().identity(job(evidence(austria())))
    assert set(identity) == {"provider", "version", "passes"}
    assert identity["provider"] == "offline"


def test_references_are_known_and_told_once() -> None:
    """Every reference resolves, and no fact is told twice in a section."""
    for one, source, _ in written():
        ids = references(source)
        assert ids
        assert set(ids) <= set(one.evidence.by_id)
        assert len(ids) == len(set(ids)), source


def test_digits_stand_only_in_references_and_periods() -> None:
    """Outside references a source text holds no digits but those of years."""
    for _, source, _ in written():
        free = re.sub(r"\b(?:19|20)\d\d\b", "", REFERENCE.sub("", source))
        assert not re.search(r"\d", free), source


def test_sentences_name_place_and_period_of_their_facts() -> None:
    """A figure stands in a sentence that names its place and its period."""
    for one, source, _ in written():
        for sentence in sentences(REFERENCE.sub(r"\g<0>", source)):
            for fact_id in references(sentence):
                fact = one.evidence.by_id[fact_id]
                place = fact.place.removeprefix("the ").split(", ")[0]
                known = place in sentence or (fact.place == one.place.name and _nation(sentence))
                assert known, (fact.place, sentence)
                for period in fact.period.split("–"):
                    assert period in sentence, (period, sentence)


def _nation(sentence: str) -> bool:
    return bool(re.search(r"\b[Tt]he (country|region)\b", sentence))


def test_directions_agree_with_their_facts() -> None:
    """A sentence that says "fell by" gives a fall, one that says "rose by" a rise."""
    told = 0
    for one, source, _ in written():
        for verb, fact_id in re.findall(r"(\w+)(?: slightly| sharply)? by \{(F\d+)\}", source):
            value = one.evidence.by_id[fact_id].value
            falls = verb in ("fell", "fallen", "declined", "dropped", "decreased")
            assert falls == (value < 0), (verb, value)
            told += 1
    assert told > SECTIONS / 2


def test_falls_are_rendered_without_a_sign() -> None:
    """No text says both that something fell and that its change was negative."""
    for _, source, text in written():
        assert "\N{MINUS SIGN}" not in text, source


def test_ranks_are_told_only_at_top_and_bottom() -> None:
    """A rank is mentioned only among the first or the last five."""
    seen = 0
    for one, source, _ in written():
        for fact_id in references(source):
            fact = one.evidence.by_id[fact_id]
            if fact.kind == "rank":
                seen += 1
                assert fact.among is not None
                assert fact.value <= 5 or fact.value > fact.among - 5
    assert seen > 20


def test_word_ranges_are_kept_with_six_facts() -> None:
    """With at least six facts of the place the number of words is in its range."""
    for one, _, text in written():
        extent = extent_of(one)
        assert count_words(text) <= extent.most
        if own_facts(one.evidence) >= 8 or (own_facts(one.evidence) >= 6 and extent.least <= 120):
            assert count_words(text) >= extent.least, (count_words(text), extent, text)


def test_narrow_word_ranges_are_kept() -> None:
    """Sentences and phrasings are tried until a range of a few words is met."""
    for number in range(40):
        given = evidence(austria(), section_id=f"1.{number}.1@AT")
        shape = Shape(min_words=150, max_words=154, paragraphs=2)
        assert 150 <= count_words(write(given, shape=shape)) <= 154


def test_paragraphs_are_as_many_as_asked() -> None:
    """The number of paragraphs is kept where there are so many sentences."""
    for one, _, text in written():
        asked = one.shape.paragraphs
        if asked:
            assert len(text.split("\n\n")) == min(asked, len(sentences(text))), text


def test_neighbouring_sentences_begin_differently() -> None:
    """No two neighbouring sentences share their first two words, across paragraphs too."""
    for _, _, text in written():
        found = sentences(text)
        for first, second in zip(found, found[1:], strict=False):
            assert first.lower().split()[:2] != second.lower().split()[:2], (first, second)


def test_texts_are_clean() -> None:
    """No leftover slots, doubled blanks or stray punctuation, and every sentence is one."""
    for _, _, text in written():
        assert not re.search(r"[{}\[\]|]|  | [,.;:]|\.\.|,\.|,,|\bnan\b|\bNone\b", text), text
        assert not re.search(r"^#|^[-*] |\*\*", text, re.MULTILINE), text
        for sentence in sentences(text):
            assert sentence[0] == "“" or sentence[0].isupper(), sentence
            assert sentence.endswith("."), sentence


def test_texts_are_varied() -> None:
    """Masked, there are at least forty skeletons in 200 sections, none above 8 per cent."""
    skeletons = Counter(
        skeleton for one, source, _ in written() for skeleton in _skeletons(one, source)
    )
    total = sum(skeletons.values())
    assert len(skeletons) >= 40
    assert skeletons.most_common(1)[0][1] <= 0.08 * total, skeletons.most_common(3)


@pytest.mark.parametrize("fuels", [{"Wind": (4.84, 6.48)}, FUELS])
def test_texts_of_one_section_type_are_varied(fuels: dict[str, tuple[float, float]]) -> None:
    """Also where all sections tell the same facts no skeleton is above 8 per cent."""
    jobs = [
        job(evidence(austria(fuels), section_id=f"1.{n}.1@AT"), shape=TWO_PARAGRAPHS)
        for n in range(SECTIONS)
    ]
    skeletons = Counter(
        s for j in jobs for s in _skeletons(j, OfflineWriter().write(j).source_text)
    )
    assert len(skeletons) >= 40
    assert skeletons.most_common(1)[0][1] <= 0.08 * sum(skeletons.values())


def _skeletons(one: SectionJob, source: str) -> list[str]:
    """Sentences with names, figures, periods and titles masked."""
    text = re.sub(r"“[^”]*”", "T", REFERENCE.sub("#", source))
    text = re.sub(r"\b(?:19|20)\d\d\b", "Y", text)
    places = {fact.place.split(", ")[0] for fact in one.evidence.facts} | {one.place.name}
    for name in places:
        shown = words.place_name(name, region=name == "EU")
        for form in (shown.possessive, shown.name):
            text = re.sub(rf"\b{re.escape(form)}", "P", text, flags=re.IGNORECASE)
    for subject in {fact.subject for fact in one.evidence.facts}:
        text = re.sub(rf"\b{re.escape(words.subject_phrase(subject))}\b", "S", text, flags=re.I)
    text = re.sub(r"(total )?electricity generation( from S)?", "M", text, flags=re.IGNORECASE)
    return sentences(text)


def test_word_count_needs_no_rendering() -> None:
    """The count from which a text is fitted is that of the rendered text."""
    given = evidence(austria())
    composition = Composition("seed", [], Extent(1, 10, 1), given.by_id)
    source = " and ".join(f"{{{fact.id}}}," for fact in given.facts)
    assert composition._count(source) == count_words(render(source, given.by_id))


def test_single_fact_makes_one_sentence() -> None:
    """With one fact the text is one sentence with its value, unit, place and period."""
    facts = Facts()
    facts.add(0, "Wind", "2021", 6.48)
    for text in phrasings(facts, shape=TWO_PARAGRAPHS):
        assert len(sentences(text)) == 1
        for part in ("6.48\N{NO-BREAK SPACE}TWh", "wind", "electricity generation", "2021"):
            assert part in text.replace("Electricity", "electricity")
        assert "Austria" in text


def test_no_fact_makes_one_sentence_that_names_place_and_title() -> None:
    """Without facts the text says so in exactly one sentence, in many different ways."""
    texts = set(phrasings(count=60, title="Oil Demand", shape=TWO_PARAGRAPHS))
    assert len(texts) >= 15
    for text in texts:
        assert len(sentences(text)) == 1
        assert "Austria" in text
        assert "“Oil Demand”" in text


@pytest.mark.parametrize("kind", ["introduction", "summary", "conclusion"])
def test_no_fact_makes_one_sentence_of_other_kinds(kind: str) -> None:
    """Generated sections without facts are one sentence too."""
    for text in phrasings(count=20, kind=kind, covered=("Oil", "Gas")):
        assert len(sentences(text)) == 1
        assert "Austria" in text
        assert "“Oil” and “Gas”" in text


def test_zero_is_said_once_without_a_digit() -> None:
    """Series that are zero in both years are told in one sentence, by no figure."""
    facts = austria()
    for text in phrasings(facts, shape=Shape(min_words=400, max_words=500, paragraphs=3)):
        zeros = [s for s in sentences(text) if re.search(r"\bno electricity generation\b", s)]
        assert len(zeros) <= 1
        assert not re.search(r"(?<![\d.,])0\N{NO-BREAK SPACE}TWh", text)
        assert "no electricity generation" not in text or "lignite" in zeros[0]


def test_only_zeros_are_told_in_one_sentence() -> None:
    """A place with nothing but zeros gets one short sentence, whatever length is asked for."""
    facts = Facts()
    for fuel in ("Nuclear", "Lignite", "Total"):
        facts.series(fuel, {"2015": 0.0, "2021": 0.0})
    for text in phrasings(facts, shape=TWO_PARAGRAPHS):
        assert len(sentences(text)) == 1
        assert "nuclear or lignite" in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"2015": 0.0, "2021": 3.0}, r"zero|no(ne)?\b"),
        ({"2015": 3.0, "2021": 0.0}, r"zero|no(ne)?\b|disappeared"),
        (
            {"2015": 3.0, "2021": 3.001},
            r"same|unchanged|level of|where it had been|as (it had )?in",
        ),
        (
            {"2015": -12.0, "2021": -4.0},
            r"moved|went|changed|compared|against|after|stood|show|give",
        ),
    ],
)
def test_special_movements_have_words_of_their_own(values: dict[str, float], said: str) -> None:
    """Zero, unchanged and negative values are not told as a rise or fall by some per cent."""
    facts = Facts()
    facts.series("Wind", values)
    for text in phrasings(facts):
        assert re.search(said, text), text
        assert "%" not in text
        assert not re.search(r"\b(?:rose|fell|grew|dropped) by -?\d+%", text)


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [(4.0, 9.0, "doubled"), (4.0, 13.0, "tripled"), (9.0, 4.0, "halved")],
)
def test_multiples_are_named_only_when_true(first: float, last: float, word: str) -> None:
    """The words "more than doubled" stand only where the values have doubled."""
    facts = Facts()
    facts.series("Wind", {"2015": first, "2021": last})
    texts = list(phrasings(facts, count=60))
    assert any(f"more than {word}" in text for text in texts)
    others = {"doubled", "tripled", "halved"} - {word}
    assert not any(other in text for text in texts for other in others)


def test_like_for_like_changes_are_not_told_as_the_difference_of_the_values() -> None:
    """Where parts are missing in one year the change is told apart from the two values."""
    facts = Facts()
    facts.add(0, "Total", "2021", 100.0)
    facts.add(1, "Total", "2015", 60.0)
    facts.add(2, "Total", "2015–2021", 10.0, kind="change")
    facts.add(2, "Total", "2015–2021", 12.5, kind="relative change", unit="%")
    for text in phrasings(facts):
        for sentence in sentences(text):
            assert not ("12.5%" in sentence and "60" in sentence)
        assert re.search(r"like.for.like|both 2015 and 2021", text, re.IGNORECASE), text


def test_own_first_and_last_year_of_a_series_are_named() -> None:
    """A series that ends early is told with its own years."""
    facts = Facts()
    facts.series("Wind", {"2016": 3.0, "2019": 4.0})
    for text in phrasings(facts):
        assert "2016" in text
        assert "2019" in text
        assert "2021" not in text


def test_months_are_written_out_in_texts() -> None:
    """Periods of months are written with the month's name."""
    facts = Facts(metric="Generation", unit="GWh", base="2021-01", target="2021-03")
    facts.series("Wind", {"2021-01": 500.0, "2021-02": 430.0, "2021-03": 610.0})
    for text in phrasings(facts):
        assert "January 2021" in text
        assert "March 2021" in text
        assert "2021-0" not in text
        assert "year" not in text


def test_ratios_are_not_added_up() -> None:
    """Prices are told one by one, in percentage points or per cent, without shares or parts."""
    facts = Facts(metric="Wholesale price", unit="EUR/MWh", table="prices")
    for place, name in enumerate(("Base load", "Peak load", "Night", "Weekend", "Block")):
        facts.series(name, {"2015": 30.0 + place, "2021": 90.0 + 3 * place})
    for text in phrasings(facts, shape=TWO_PARAGRAPHS):
        assert "the wholesale price for" in text.lower() or "wholesale price for" in text
        assert not re.search(r"amounted to|contribut|accounted for|largest", text)


def test_region_section_tells_its_largest_members() -> None:
    """In a region's section members stand with their names beside their figures."""
    facts = Facts(place="EU")
    facts.series("Wind", {year: 300.0 + 15 * n for n, year in enumerate(YEARS)})
    for place, position, value in (("Germany", 1, 114.0), ("Spain", 2, 62.3), ("Malta", -1, 0.0)):
        how = extreme(position)
        facts.add(6, "Wind", "2021", value, role="extreme", place=place, derivation=how)
    for text in phrasings(facts, place=Place("EU", "EU", "region")):
        assert "the EU" in text or "The EU" in text
        assert re.search(r"Germany with 114\sTWh", text), text
        assert "country" not in text


def test_region_figures_alone_are_told_as_the_regions() -> None:
    """A country without figures does not get those of the region as its own."""
    facts = Facts()
    facts.region("Wind", 260.0, 387.0)
    for text in phrasings(facts):
        assert re.search(r"\b[Tt]he EU\b", text)
        assert "Austria's electricity" not in text


def test_missing_upstream_is_said_in_one_sentence() -> None:
    """A section that follows on from a failed one says so, once."""
    upstream = (Upstream(section_id="1.1.2@AT", title="Oil Demand", missing="failed"),)
    for text in phrasings(austria(), upstream=upstream, shape=TWO_PARAGRAPHS):
        said = [s for s in sentences(text) if "“Oil Demand”" in s]
        assert len(said) == 1
        assert re.search(r"\bnot (yet )?available\b", said[0])


def test_present_upstream_is_linked_by_title() -> None:
    """A section that follows on from another names its title in one sentence."""
    upstream = (Upstream(section_id="1.1.2@AT", title="Oil Demand", text="Text."),)
    for text in phrasings(austria(), upstream=upstream, shape=TWO_PARAGRAPHS):
        said = [s for s in sentences(text) if "“Oil Demand”" in s]
        assert len(said) == 1
        assert "available" not in said[0]


def test_gaps_are_mentioned_near_the_end() -> None:
    """A gap of the place's data is mentioned once, in the last sentences."""
    gap = Gap("absent", "Austria", "Electricity generation", ("Gas", "Hard Coal"))
    for number in range(20):
        given = evidence(austria(), gaps=(gap,), section_id=f"1.{number}.1@AT")
        found = sentences(write(given, shape=TWO_PARAGRAPHS))
        said = "no electricity generation from gas or hard coal for Austria"
        assert any(said in sentence for sentence in found[-2:]), found
        assert sum(said in sentence for sentence in found) == 1


def test_gaps_never_bring_figures_into_a_text() -> None:
    """A gap whose sentence holds a figure is told in general words."""
    gap = Gap("sentence", text="Wind lacks 12.5 TWh of Burgenland.")
    given = evidence(austria(), gaps=(gap,))
    source = OfflineWriter().write(job(given)).source_text
    assert "12.5" not in source
    assert "Burgenland" not in source


def test_introduction_names_what_is_covered_and_gives_few_figures() -> None:
    """An introduction names the titles and gives one to three figures."""
    for number in range(30):
        one = job(
            evidence(austria(), section_id=f"1.{number}#introduction@AT"),
            kind="introduction",
            covered=("Power plants", "Fuels burnt"),
        )
        source = OfflineWriter().write(one).source_text
        assert "“Power plants” and “Fuels burnt”" in source
        assert 1 <= len(references(source)) <= 3


def test_conclusion_ends_with_next_steps() -> None:
    """The last paragraph of a conclusion says what to watch and which gap to close."""
    gap = Gap("absent", "Austria", "Electricity generation", ("Peat",))
    for number in range(30):
        given = evidence(austria(), gaps=(gap,), section_id=f"conclusion{number}@AT")
        one = job(given, kind="conclusion", covered=("Power plants",))
        source = OfflineWriter().write(one).source_text
        last = render(source, given.by_id).split("\n\n")[-1]
        assert not references(source.split("\n\n")[-1])
        assert re.search(r"next|watch|follow|look", last, re.IGNORECASE)
        assert "peat" in last.casefold()
        assert not re.search(r"\b(should|must|government|policy|recommend)\b", last)


def test_two_tables_are_as_distinct() -> None:
    """The same measure in two tables stands with where it comes from, no table with its name."""
    second = Facts(unit="GWh", table="second")
    second.series("Total", {"2015": 61800.0, "2021": 65900.0})
    given = evidence(austria(), second)
    given = given.model_copy(update={"origins": {"second": "Ember, 2022"}})
    source = OfflineWriter().write(job(given, shape=Shape(min_words=150, max_words=250)))
    assert "(Ember, 2022)" in source.source_text
    assert "(second)" not in source.source_text


def test_names_of_tables_are_not_told() -> None:
    """What a table is called in a project tells no reader anything."""
    plexos = Facts(metric="Generation", unit="GWh", table="PLEXOS")
    plexos.series("Total", {"2015": 61800.0, "2021": 65900.0})
    for text in phrasings(austria(), plexos, shape=Shape(min_words=150, max_words=250)):
        assert "PLEXOS" not in text


def test_names_of_inputs_cannot_add_references() -> None:
    """Braces in titles and names stay text."""
    facts = Facts(place="Austria {F2}")
    facts.series("Wind {F1}", {"2015": 1.0, "2021": 2.0})
    given = evidence(facts)
    upstream = (Upstream(section_id="1.1.2@AT", title="Oil {F9}", text="Text."),)
    source = (
        OfflineWriter()
        .write(job(given, upstream=upstream, place=Place("AT", "Austria {F2}")))
        .source_text
    )
    assert set(references(source)) <= set(given.by_id)
    assert "{F9}" not in source


def test_most_words_hold_for_the_shortest_texts() -> None:
    """A bound that leaves room for one sentence only is kept."""
    for number in range(20):
        given = evidence(austria(), section_id=f"1.{number}.1@AT")
        assert count_words(write(given, shape=Shape(max_words=12))) <= 12


def test_summary_of_a_section_keeps_references_and_is_short() -> None:
    """The summary is one or two sentences of the text, with a reference in it."""
    for one, source, _ in written():
        summary = summarise(source, one)
        assert 1 <= len(sentences(summary)) <= 2
        assert references(summary)
        assert all(sentence in source for sentence in sentences(summary))
        assert count_words(render(summary, one.evidence.by_id)) <= 75


def test_summary_of_a_text_without_figures_is_its_first_sentence() -> None:
    """A text without references is summed up by its first sentence."""
    one = job(evidence())
    assert summarise("Nothing is known. It may change.", one) == "Nothing is known."
    assert summarise("", one) == ""


def test_write_tells_the_total_first() -> None:
    """The most important comes first: the total, then the largest category."""
    for text in phrasings(austria(), shape=TWO_PARAGRAPHS):
        first, second = sentences(text)[:2]
        assert "total electricity generation" in first.casefold()
        assert "hydro" in second.casefold()


def test_facts_with_nothing_to_tell_point_to_the_table() -> None:
    """A rank in the middle is not told; the text points to the table instead of saying nothing."""
    facts = Facts()
    facts.rank("Wind", 14)
    for text in phrasings(facts):
        assert len(sentences(text)) == 1
        assert "table of this section" in text


def test_writer_places_names_of_the_job() -> None:
    """The place's article and possessive are right at the start of a sentence too."""
    facts = moved(austria(), "Netherlands")
    for text in phrasings(facts, place=Place("NL", "Netherlands"), shape=TWO_PARAGRAPHS):
        assert re.search(r"\b[Tt]he Netherlands\b", text)
        assert not re.search(r"(?<!he )Netherlands", text)
        assert "Austria" not in text


SPARSE = Derivation("sum", members=Members("EU", 26, ("Malta",)))
FULL = MEMBERS


@pytest.mark.parametrize("named", [True, False])
def test_extremes_are_those_of_the_regions_members(named: bool) -> None:
    """Beside a place outside the region, extremes are told as the members', never as all's."""
    facts = Facts(place="United Kingdom", metric="Wholesale price", unit="EUR/MWh")
    facts.series("Base load", {"2015": 50.0, "2021": 137.0})
    facts.extremes("Base load", ("France", 109.0), ("Sweden", 66.0))
    if named:
        facts.rank("Base load", 9)
    for text in phrasings(facts, place=Place("GB", "United Kingdom"), shape=TWO_PARAGRAPHS):
        told = [s for s in sentences(text) if "France" in s]
        assert told
        members = "among the members of the EU"
        assert all(members in s.replace("Among", "among") for s in told), told
        assert "countries compared" not in text
        assert "all other figures" not in text


@pytest.mark.parametrize("kind", ["introduction", "summary", "conclusion"])
def test_selections_of_facts_have_no_superlatives_of_their_own(kind: str) -> None:
    """What is largest among some of the facts is not called the largest of all."""
    untrue = re.compile(
        r"\bmost between|\bmost from|changed more|peak|highest value|lowest value|reached a low|"
        r"largest (?:relative|increase|decrease|gain|loss|single|category|of the|\w+ of)|"
        r"came first in|contributed (?:most|the)|only year|runs from|reach from|gained most|"
        r"fell most|headed|At the head|First among|brought the"
    )
    for number in range(40):
        given = evidence(austria(), section_id=f"1.{number}#{kind}@AT")
        text = write(given, kind=kind, covered=("Oil",), shape=Shape(min_words=250, max_words=330))
        own = [s for s in sentences(text) if "members" not in s and "node" not in s]
        assert [s for s in own if untrue.search(s)] == []


def test_conclusion_says_how_the_series_to_watch_moved() -> None:
    """The series to watch rose or fell, as its relative change says."""
    facts = Facts()
    facts.series("Gas", {"2015": 7.66, "2021": 10.84})
    facts.series("Hard Coal", {"2015": 2.95, "2021": 0.24})
    for text in phrasings(facts, kind="conclusion", covered=("Oil",)):
        last = text.split("\n\n")[-1]
        assert re.search(r"from hard coal in Austria.* fell (?:from|between)", last), last


def test_sums_over_other_parts_are_not_told_as_a_movement() -> None:
    """Without a change at hand, values over different parts stand apart from each other."""
    facts = Facts()
    facts.add(0, "Renewables", "2021", 66.0, derivation=sum_of("Wind", "Hydro"))
    less = sum_of("Wind", "Hydro", missing=("Hydro",))
    facts.add(1, "Renewables", "2015", 3.0, derivation=less)
    for text in phrasings(facts, count=60, shape=TWO_PARAGRAPHS):
        for sentence in sentences(text):
            assert not ("66" in sentence and re.search(r"\b3\sTWh", sentence)), sentence
        assert not re.search(r"rose|grew|climbed|increased|doubled", text)


def test_first_and_last_period_of_a_sum_are_still_compared() -> None:
    """A note on the period does not make two sums over the same parts different."""
    facts = Facts()
    parts = sum_of("Wind", "Hydro")
    facts.add(0, "Renewables", "2021", 66.0, derivation=parts)
    first = sum_of("Wind", "Hydro", stand_in=StandIn("2015", "first"))
    facts.add(1, "Renewables", "2016", 50.0, derivation=first)
    assert all("66" in s and "50" in s for text in phrasings(facts) for s in sentences(text)[:1])


def test_like_for_like_changes_of_capped_values_are_told_as_such() -> None:
    """A change over what both periods have is called so, also without the two values."""
    how = Derivation("relative change", left_out=(LeftOut("MT", "Wind"),), left_out_count=1)
    facts = Facts()
    facts.add(2, "Total", "2015–2021", 12.5, kind="relative change", unit="%", derivation=how)
    for text in phrasings(facts):
        assert re.search(r"like.for.like|both 2015 and 2021", text, re.IGNORECASE), text


def test_region_has_no_peak_over_changing_members() -> None:
    """Years over fewer members are no part of the course, and make no record."""
    facts = Facts(place="EU")
    for number, year in enumerate((*YEARS[::-1], "2014")):
        how = FULL if year != "2018" else SPARSE
        facts.add(0 if year == "2021" else 9, "Wind", year, 387.0 - number**2, derivation=how)
    facts.add(9, "Wind", "2013", 900.0, derivation=SPARSE)
    shape = Shape(min_words=200, max_words=260)
    for text in phrasings(facts, place=Place("EU", "EU", "region"), shape=shape):
        assert not re.search(r"peak|highest|lowest|reached a low", text), text
        assert "2018" not in text
        assert "900" not in text
        assert "2017" in text


def test_region_values_over_other_members_are_not_a_movement() -> None:
    """The region's figure does not rise because more members have a value."""
    facts = Facts()
    facts.series("Wind", {"2015": 4.84, "2021": 6.48})
    common = {"role": "region", "place": "EU"}
    facts.add(5, "Wind", "2021", 387.0, derivation=FULL, **common)  # type: ignore[arg-type]
    facts.add(5, "Wind", "2015", 260.0, derivation=SPARSE, **common)  # type: ignore[arg-type]
    for text in phrasings(facts, shape=TWO_PARAGRAPHS):
        assert "387" in text
        assert "260" not in text


@pytest.mark.parametrize("kind", ["sub_task", "introduction", "conclusion"])
def test_section_without_a_selection_does_not_blame_the_data(kind: str) -> None:
    """Where nothing was selected the text says that, not that the data lack it."""
    for text in phrasings(count=40, kind=kind, covered=("Oil",), title="Oil"):
        assert "the data" not in text.casefold()
        assert re.search(r"select|foreseen|no table|no figures|[Ww]ithout figures", text), text
        assert len(sentences(text)) == 1
        assert "Austria" in text


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (Gap("absent", "Austria", "Trade", ("Oil",)), r"\bdata\b|available|at hand"),
        (Gap("absent", "Austria", "Trade", ("Oil",), "monthly"), r"monthly figures|by month"),
        (Gap("not summed", "Europe", "Price", ("Oil",)), r"do not add up over countries"),
    ],
)
@pytest.mark.parametrize("missing", ["", "failed"])
def test_section_without_facts_says_why(gap: Gap, said: str, missing: str) -> None:
    """A gap in the data, months that are not there, and ratios are told apart."""
    upstream = (Upstream(section_id="1.1.2@AT", title="Gas", text="…", missing=missing),)
    for number in range(20):
        given = evidence(gaps=(gap,), section_id=f"1.{number}.1@AT")
        text = write(given, title="Oil", upstream=upstream)
        assert re.search(said, text, re.IGNORECASE), text
        assert "select" not in text
        assert ("not available" in text or "nor " in text) == bool(missing)
        assert len(sentences(text)) == 1


def test_fall_to_nearly_nothing_is_not_a_fall_by_everything() -> None:
    """Where the percentage would round to a hundred the two values are told without it."""
    facts = Facts()
    facts.series("Wind", {"2015": 4.0, "2021": 0.0004})
    facts.series("Gas", {"2015": 9.0, "2021": 4.5})
    facts.series("Solar", {"2015": 3.0, "2021": 2.0})
    facts.series("Hydro", {"2015": 3.5, "2021": 2.5})
    for shape in (TWO_PARAGRAPHS, Shape(min_words=200, max_words=300)):
        for text in phrasings(facts, shape=shape):
            assert "100%" not in text, text
            assert not re.search(r"by 4\sTWh", text)
    for text in phrasings(facts, kind="summary"):
        assert "100%" not in text, text


def test_unchanged_values_are_told_without_a_pronoun() -> None:
    """No "it" stands for a metric that may be a plural."""
    facts = Facts(metric="Imports")
    facts.series("Wind", {"2015": 3.0, "2021": 3.001})
    for text in phrasings(facts, count=80):
        assert not re.search(r"\bits?\b", text), text
