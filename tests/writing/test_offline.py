"""The offline writer: its texts are true to their facts, of the asked length, varied and clean."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest

from factbook.data.series import Place
from factbook.evidence.derivation import Among, Derivation
from factbook.evidence.facts import Evidence
from factbook.evidence.finding import DataFinding, Strength
from factbook.evidence.gaps import Gap
from factbook.evidence.references import MINUS, REFERENCE, references, render
from factbook.writing.job import SectionJob, Shape, Upstream
from factbook.writing.offline import OfflineWriter, extent_of, messages_of, summarise, words
from factbook.writing.shape import count_words
from tests.sections import make_evidence, make_fact

from .worlds import FUELS, Report, job_of, random_job, report_of, rows_of, written

SECTIONS = 200
TWO_PARAGRAPHS = Shape(min_words=120, max_words=180, paragraphs=2)
LONG = Shape(min_words=200, max_words=320, paragraphs=3)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[“A-Z])")
MIX = {
    "Hydro": (37, 39, 38, 39, 37, 40, 39, 40),
    "Gas": (7, 9, 8, 9, 10, 9, 10, 12),
    "Wind": (2, 3, 3, 4, 5, 6, 7, 8),
    "Solar": (0.5, 0.6, 0.9, 1.1, 1.3, 1.4, 1.7, 2.1),
    "Hard coal": (8, 7, 7, 5, 4, 2, 1, 0.4),
    "Bioenergy": (4, 4.2, 4.1, 4.3, 4.2, 4.1, 4.3, 4.2),
    "Peat": (0, 0, 0, 0, 0, 0, 0, 0),
}
"""Electricity generation of eight years by source."""


@lru_cache(maxsize=1)
def sections() -> tuple[tuple[SectionJob, str, str], ...]:
    """Two hundred sections of random evidence: job, source text, headline."""
    writer = OfflineWriter()
    jobs = [random_job(number) for number in range(SECTIONS)]
    drafts = [writer.write(one) for one in jobs]
    return tuple((j, d.source_text, d.headline) for j, d in zip(jobs, drafts, strict=True))


@lru_cache(maxsize=1)
def mixed() -> Report:
    """A report on the mix of four countries."""
    return report_of(rows_of(MIX))


def shown(source_text: str, evidence: Evidence) -> str:
    """A source text as readers see it."""
    return render(source_text, evidence.by_id).replace("\N{NO-BREAK SPACE}", " ")


def sentences(text: str) -> list[str]:
    """Sentences of a text, across its paragraphs."""
    return [s for part in text.split("\n\n") for s in SENTENCE_END.split(part)]


def of_source(source_text: str) -> list[str]:
    """Sentences of a source text."""
    parts = source_text.split("\n\n")
    return [s for part in parts for s in re.split(r"(?<=[.!?])\s+(?=[“A-Z{])", part)]


@pytest.mark.slow
def test_texts_are_the_same_in_every_process() -> None:
    """A text depends on the job alone, not on the process or its hash seed."""
    code = (
        "from tests.writing.worlds import random_job\n"
        "from factbook.writing.offline import OfflineWriter\n"
        "print(ascii([OfflineWriter().write(random_job(n)).source_text for n in range(8)]), end='')"
    )
    root = str(Path(__file__).parents[2])
    run = [sys.executable, "-W", "error", "-c", code]
    found = {
        subprocess.run(run, check=True, capture_output=True, text=True, env=environment).stdout
        for environment in (
            {"PYTHONHASHSEED": "1", "PYTHONPATH": root},
            {"PYTHONHASHSEED": "2", "PYTHONPATH": root},
        )
    }
    assert found == {ascii([source for _, source, _ in sections()[:8]])}


@pytest.mark.slow
def test_texts_are_the_same_from_many_threads() -> None:
    """One writer serves all sections at once."""
    writer, given = OfflineWriter(), sections()[:60]
    with ThreadPoolExecutor(8) as threads:
        drafts = list(threads.map(writer.write, [job for job, _, _ in given * 3]))
    expected = [(source, headline) for _, source, headline in given * 3]
    assert [(draft.source_text, draft.headline) for draft in drafts] == expected


def test_identity_names_provider_and_version() -> None:
    """The content key of a section changes with the phrasings' version."""
    identity = OfflineWriter().identity(sections()[0][0])
    assert set(identity) == {"provider", "version", "passes"}
    assert identity["provider"] == "offline"
    other = OfflineWriter(least_of_headline=50).identity(sections()[0][0])
    assert other != identity


def test_references_are_known() -> None:
    """Every reference of text and headline resolves."""
    told = 0
    for job, source, headline in sections():
        ids = references(f"{headline} {source}")
        assert set(ids) <= set(job.evidence.by_id)
        told += bool(ids)
    assert told > SECTIONS / 2


def test_digits_stand_only_in_references_and_periods() -> None:
    """Outside references texts and headlines hold no digits but those of years."""
    for _, source, headline in sections():
        text = re.sub(r"CO2(?:-eq)?", "", REFERENCE.sub("", f"{headline} {source}"))
        free = re.sub(r"\b(?:19|20)\d\d\b", "", text)
        assert not re.search(r"\d", free), free


def test_figures_stand_with_their_period() -> None:
    """A value stands in a sentence that names its period, but for one that goes on."""
    for job, source, _ in sections():
        for sentence in of_source(source):
            for fact in (job.evidence.by_id[i] for i in references(sentence)):
                last = fact.period.split("–")[-1]
                goes_on = "over the same period" in sentence
                assert last in sentence or goes_on, (fact.period, sentence)


def test_figures_of_other_places_stand_with_their_place() -> None:
    """Nobody takes the region's figure for the country's."""
    told = 0
    for job, source, _ in sections():
        for sentence in of_source(source):
            for fact in (job.evidence.by_id[i] for i in references(sentence)):
                if fact.place != job.evidence.place:
                    name = words.place_name(fact.place, region=fact.place == "EU").name
                    assert name in sentence or name.capitalize() in sentence, sentence
                    told += 1
    assert told > 5


def test_directions_agree_with_their_facts() -> None:
    """A sentence that says "fell by" gives a fall, one that says "rose by" a rise."""
    falls = "fell|declined|lost|falls?|down|loses?"
    rises = "rose|grew|gained|rises?|up|gains?"
    verb = re.compile(
        rf"\b(?:(?P<fall>{falls})|(?P<rise>{rises}))(?: slightly| sharply| furthest)?(?:,? by)?"
        r" \{(?P<id>F\d+)\}"
    )
    told = 0
    for job, source, headline in sections():
        for match in verb.finditer(f"{source} {headline}"):
            fact = job.evidence.by_id[match["id"]]
            if fact.kind in ("change", "relative change"):
                assert (match["fall"] is not None) == (fact.value < 0), match[0]
                told += 1
    assert told > SECTIONS / 4


def test_falls_are_rendered_without_a_sign() -> None:
    """No text says both that something fell and that its change was negative."""
    for job, source, headline in sections():
        assert MINUS not in shown(f"{headline} {source}", job.evidence)


def test_ranks_are_told_only_at_top_and_bottom() -> None:
    """A rank is mentioned among the first or the last five, or beside one that is."""
    places = [f"Land {number}" for number in range(30)]
    rows = [
        f"{place},Wind,{year},{1.4**number * (year - 2000):.5g},Carbon intensity,g CO2/kWh"
        for number, place in enumerate(places)
        for year in range(2010, 2022)
    ]
    codes = {f"{chr(65 + n // 26)}{chr(65 + n % 26)}": place for n, place in enumerate(places)}
    report = report_of(
        rows, places={"kind": "free"}, countries=codes, region={"name": "All", "members": "all"}
    )
    seen = 0
    for place in report.dataset.countries:
        job = report.job(place.code, shape=LONG)
        draft = OfflineWriter().write(job)
        for sentence in (*of_source(draft.source_text), draft.headline):
            facts = [job.evidence.by_id[i] for i in references(sentence)]
            ranks = [fact for fact in facts if fact.kind == "rank"]
            edge = [r for r in ranks if r.value <= 5 or r.value > (r.among or 0) - 5]
            assert bool(ranks) == bool(edge), sentence
            seen += len(ranks)
    assert seen >= 2


@pytest.mark.parametrize(
    ("then", "now", "is_told"),
    [(12, 16, False), (6, 22, False), (12, 5, True), (5, 12, True), (12, 23, True)],
)
def test_rank_changes_in_the_middle_are_not_told(then: int, now: int, *, is_told: bool) -> None:
    """A rank is told among the first or the last five of 27, or beside one that is."""
    facts = [
        make_fact(at, kind="rank", metric="Generation rank", unit="rank", value=float(rank),
                  period=period, among=27, derivation=Derivation("rank", among=Among(27, "EU")))
        for at, rank, period in ((1, now, "2021"), (2, then, "2015"))
    ]  # fmt: skip
    finding = DataFinding(
        kind="rank change",
        direction="up" if now < then else "down",
        facts={"now": "F1", "then": "F2"},
        periods=("2015", "2021"),
        score=60.0,
        strength=Strength(1, 1, 1, 1),
        key="rank change",
    )
    job = job_of(make_evidence(*facts, findings=(finding,)))
    draft = OfflineWriter().write(job)
    assert bool(references(draft.source_text)) is is_told
    assert bool(references(draft.headline)) is is_told
    assert bool(messages_of(job)) is is_told


def test_word_ranges_are_kept_where_there_is_enough_to_tell() -> None:
    """No text is too long; with many findings none is too short."""
    for job, source, _ in sections():
        assert count_words(shown(source, job.evidence)) <= extent_of(job).most, source
    for least, most in ((60, 90), (90, 140), (110, 180)):
        shape = Shape(min_words=least, max_words=most)
        for code in ("AT", "FR", "IT", "DE"):
            for text in mixed().texts(code, count=6, shape=shape):
                assert least <= count_words(text) <= most, (count_words(text), text)


def test_most_words_hold_for_the_shortest_texts() -> None:
    """A bound that leaves room for one sentence only is kept."""
    for text in mixed().texts(shape=Shape(max_words=14)):
        assert text
        assert count_words(text) <= 14


def test_paragraphs_are_as_many_as_asked() -> None:
    """The number of paragraphs is kept where there are so many sentences."""
    for job, source, _ in sections():
        asked = job.shape.paragraphs
        if asked and job.kind == "sub_task" and len(of_source(source)) > 2:
            assert len(source.split("\n\n")) == min(asked, len(of_source(source))), source


def test_no_two_sentences_begin_alike_and_none_stands_twice() -> None:
    """No two neighbouring sentences share their first two words, across paragraphs too."""
    for job, source, _ in sections():
        found = sentences(shown(source, job.evidence))
        assert len(set(found)) == len(found)
        for first, second in pairwise(found):
            assert first.lower().split()[:2] != second.lower().split()[:2], (first, second)


def test_texts_are_clean() -> None:
    """No leftover slots, doubled blanks or stray punctuation, and every sentence is one."""
    for job, source, headline in sections():
        text = shown(source, job.evidence)
        for one in (text, shown(headline, job.evidence)):
            assert not re.search(r"[{}\[\]<>|]|  | [,.;:]|\.\.|,\.|,,|\bnan\b|\bNone\b", one), one
            assert not re.search(r"^#|^[-*] |\*\*", one, re.MULTILINE), one
        for sentence in sentences(text):
            assert sentence[0] == "“" or sentence[0].isupper(), sentence
            assert sentence.endswith("."), sentence


def test_texts_are_varied() -> None:
    """Masked, there are many skeletons in 200 sections, none of them frequent."""
    skeletons = Counter(
        skeleton for job, source, _ in sections() for skeleton in _skeletons(job, source)
    )
    assert len(skeletons) >= 100
    assert skeletons.most_common(1)[0][1] <= 0.06 * sum(skeletons.values())


def _skeletons(job: SectionJob, source: str) -> list[str]:
    """Sentences with names, figures, periods and titles masked."""
    text = re.sub(r"“[^”]*”", "T", REFERENCE.sub("#", source))
    text = re.sub(r"\b(?:19|20)\d\d\b", "Y", text)
    for name in {fact.place for fact in job.evidence.facts} | {job.place.name}:
        place = words.place_name(name, region=name == "EU")
        for form in (place.possessive, place.name):
            text = re.sub(rf"\b{re.escape(form)}", "P", text, flags=re.IGNORECASE)
    for subject in {fact.subject for fact in job.evidence.facts}:
        text = re.sub(rf"\b{re.escape(words.subject_phrase(subject))}\b", "S", text, flags=re.I)
    return sentences(text)


def test_single_fact_makes_one_sentence() -> None:
    """With one value the text is one sentence with its value, unit, place and period."""
    report = report_of(rows_of({"Wind": {"2021": 6.48}}, places={"Austria": 1}))
    for text in report.texts(shape=TWO_PARAGRAPHS):
        assert len(sentences(text)) == 1
        for part in ("6.48 TWh", "wind", "electricity generation", "2021", "Austria"):
            assert part in text.replace("Electricity", "electricity")
    for headline in report.headlines():
        assert "6.48" in headline


def test_write_tells_the_level_first() -> None:
    """The total comes first, in a sentence that names place, period and unit."""
    for text in mixed().texts(shape=TWO_PARAGRAPHS):
        first = sentences(text)[0]
        assert "total electricity generation" in first.casefold()
        assert "TWh" in first
        assert re.search(r"\b2021\b", first)
        assert "Austria" in first


def test_multiples_are_named_only_when_true() -> None:
    """The word "doubled" stands only where the values have doubled."""
    told = 0
    for job, source, headline in sections():
        for sentence in (*of_source(source), headline):
            if re.search(r"\b(?:more than )?(doubled|tripled|halved)", sentence):
                told += 1
                values = [job.evidence.by_id[i] for i in references(sentence)]
                values = [fact for fact in values if fact.is_value]
                if len(values) == 2:
                    before, after = sorted(values, key=lambda fact: fact.period)
                    ratio = after.value / before.value
                    assert _is_so(sentence, ratio), (sentence, ratio)
    assert told > 5


def _is_so(sentence: str, ratio: float) -> bool:
    """Whether a multiple is what a sentence says."""
    bounds = {"doubled": 2, "tripled": 3, "halved": 0.5}
    word = next(word for word in bounds if word in sentence)
    bound = bounds[word]
    if f"more than {word}" in sentence:
        return ratio < bound if word == "halved" else ratio > bound
    return abs(ratio / bound - 1) < 0.15


def test_zero_is_said_once_without_a_digit() -> None:
    """Series that are zero in all years are told in one sentence, by no figure."""
    for text in mixed().texts(shape=LONG):
        zeros = [s for s in sentences(text) if "peat" in s]
        assert len(zeros) <= 1
        assert not re.search(r"(?<![\d.,])0 TWh", text)


def test_only_zeros_are_told_in_one_sentence_and_a_headline() -> None:
    """A place with nothing but zeros gets one short sentence, whatever length is asked for."""
    report = report_of(rows_of({"Nuclear": [0] * 6, "Lignite": [0] * 6}))
    for text in report.texts(shape=TWO_PARAGRAPHS):
        assert len(sentences(text)) == 1
        assert re.search(r"lignite or nuclear|nuclear or lignite|total", text)
        assert not re.search(r"\d TWh", text)
    assert all(headline.startswith("No ") for headline in report.headlines())


def test_price_of_zero_is_a_price() -> None:
    """Only of an amount zero means that there was none."""
    report = report_of(rows_of({"Night": [0, 0, 0]}, metric="Wholesale price", unit="EUR/MWh"))
    for text in report.texts():
        assert "no wholesale price" not in text
        assert re.search(r"\b0 EUR/MWh", text)


def test_rise_from_nothing_is_no_percentage() -> None:
    """Nor a rise from 0 TWh."""
    report = report_of(rows_of({"Wind": (0, 0, 1, 2, 4, 7), "Gas": (9, 9, 8, 8, 9, 9)}))
    for text in report.texts(shape=LONG):
        assert not re.search(r"(?<![\d.,])0 TWh", text)
        for sentence in sentences(text):
            assert not re.search(r"[Ww]ind (?:rose|grew)[^.]*%", sentence), sentence


def test_levels_are_told_in_points_and_without_parts() -> None:
    """Rates change by percentage points, prices have no shares; neither has a total."""
    for metric, unit in (("Wholesale price", "EUR/MWh"), ("Employment rate", "%")):
        series = {name: [30.0 + at, 31, 35, 33, 38 + at] for at, name in enumerate("ABCDE")}
        report = report_of(rows_of(series, metric=metric, unit=unit))
        for code in ("AT", "EU"):
            for text in report.texts(code, shape=TWO_PARAGRAPHS):
                assert not re.search(r"total|contribut|accounted for|largest|made up", text), text
                if unit == "%":
                    assert not re.search(r"(?:rose|fell|grew|declined) (?:\w+ )?by [\d.]+%", text)


def test_rates_and_prices_are_named_with_their_subject() -> None:
    """It is the price for peak load that rises, not peak load."""
    series = {"Peak load": (30, 32, 35, 41, 47), "Base load": (20, 22, 21, 25, 29)}
    report = report_of(rows_of(series, metric="Wholesale price", unit="EUR/MWh"))
    for text in report.texts(shape=LONG):
        for found in re.findall(r"(?i)(\S+ \S+ \S+) (?:peak|base) load", text):
            assert found.endswith("price for"), text


def test_emissions_are_not_called_by_what_emits() -> None:
    """Energy did not fall by two thirds."""
    series = {
        "Energy": (90, 70, 50, 40, 30),
        "Waste": (20, 18, 15, 11, 9),
        "Farms": (5, 5, 6, 6, 6),
    }
    report = report_of(rows_of(series, metric="CO2 emissions", unit="Mt CO2-eq"))
    for text in (*report.texts(shape=LONG), *report.headlines()):
        for before in re.findall(r"(?i)(\S+) (?:energy|waste|farms)\b", f". {text}"):
            assert before in ("from", "and", "came"), text


def test_missing_upstream_is_said_in_one_sentence() -> None:
    """A section that follows on from a failed one says so, once."""
    upstream = (Upstream(section_id="1.1.2@AT", title="Oil Demand", missing="failed"),)
    for text in mixed().texts(upstream=upstream, shape=TWO_PARAGRAPHS):
        said = [s for s in sentences(text) if "“Oil Demand”" in s]
        assert len(said) == 1
        assert re.search(r"\bnot (yet )?available\b", said[0])


def test_present_upstream_is_linked_by_title() -> None:
    """A section that follows on from another names its title in one sentence."""
    upstream = (Upstream(section_id="1.1.2@AT", title="Oil Demand", text="Text."),)
    for text in mixed().texts(upstream=upstream, shape=Shape(max_words=200)):
        said = [s for s in sentences(text) if "“Oil Demand”" in s]
        assert len(said) == 1
        assert "available" not in said[0]


def test_gaps_are_mentioned_near_the_end() -> None:
    """A gap of the place's data is mentioned once, in the last sentences."""
    gap = Gap("absent", "Austria", "Electricity generation", ("Gas", "Hard Coal"))
    for number in range(12):
        given = mixed().evidence(number=number).model_copy(update={"gaps": (gap,)})
        found = sentences(written(job_of(given, shape=Shape(max_words=220))))
        said = "no electricity generation from gas or hard coal for Austria"
        assert any(said in sentence for sentence in found[-2:]), found
        assert sum(said in sentence for sentence in found) == 1


def test_gaps_never_bring_figures_into_a_text() -> None:
    """A gap whose sentence holds a figure is told in general words."""
    gap = Gap("sentence", text="Wind lacks 12.5 TWh of Burgenland.")
    given = mixed().evidence().model_copy(update={"gaps": (gap,)})
    text = written(job_of(given, shape=Shape(max_words=220)))
    assert "12.5" not in text
    assert "Burgenland" not in text


def test_categories_of_gaps_are_written_small() -> None:
    """As everywhere in a sentence."""
    gap = Gap(
        *("incomplete", "Austria", "Electricity generation", ("Total",)),
        members=("Nuclear",),
        target="2021",
    )
    given = mixed().evidence().model_copy(update={"gaps": (gap,)})
    text = written(job_of(given, shape=Shape(max_words=250)))
    assert "no sum of electricity generation for Austria in 2021, as nuclear has" in text


@pytest.mark.parametrize("kind", ["introduction", "summary", "conclusion"])
def test_generated_sections_name_what_they_cover(kind: str) -> None:
    """An introduction gives at most three figures; summary and conclusion give several."""
    for number in range(1, 13):
        job = mixed().job("AT", number, kind=kind, covered=("Power plants", "Fuels burnt"))
        draft = OfflineWriter().write(job)
        assert "“Power plants” and “Fuels burnt”" in draft.source_text
        count = len(set(references(draft.source_text)))
        assert 1 <= count <= 3 if kind == "introduction" else count > 3
        assert bool(draft.headline) == (kind == "conclusion")


def test_conclusion_ends_with_next_steps() -> None:
    """The last paragraph of a conclusion says what to watch and which gap to close."""
    gap = Gap("absent", "Austria", "Electricity generation", ("Peat",))
    for number in range(1, 13):
        job = mixed().job("AT", number, kind="conclusion", covered=("Power plants",))
        given = job.evidence.model_copy(update={"gaps": (gap,)})
        source = OfflineWriter().write(job.model_copy(update={"evidence": given})).source_text
        last = source.split("\n\n")[-1]
        assert not references(last)
        assert re.search(r"next|watch|follow|look", last, re.IGNORECASE)
        assert "peat" in last.casefold()
        assert not re.search(r"\b(should|must|government|policy|recommend)\b", last)


def test_watched_series_moved_as_its_finding_says() -> None:
    """The series to watch rose or fell."""
    report = report_of(rows_of({"Gas": (9, 8.9, 9.1, 9), "Hard coal": (9, 6, 3, 1)}))
    for number in range(1, 13):
        job = report.job("AT", number, kind="conclusion", covered=("Oil",))
        last = written(job).split("\n\n")[-1]
        assert re.search(r"hard coal in Austria.* fell (?:from|between)", last), last


def test_names_of_inputs_cannot_add_references() -> None:
    """Braces and line breaks in names and titles stay text."""
    names = ("Wind {F1}", "Gas {F2}", "Oil}")
    rows = rows_of({name: (1 + at, 2, 3, 4 + at) for at, name in enumerate(names)})
    report = report_of(rows)
    upstream = (Upstream(section_id="1.1.2@AT", title="Oil {F9}\n# head", text="Text."),)
    for number in range(1, 13):
        job = report.job("AT", number, upstream=upstream, shape=LONG)
        draft = OfflineWriter().write(job)
        text = f"{draft.headline}\n\n{draft.source_text}"
        assert set(references(text)) <= set(job.evidence.by_id)
        assert "{F9}" not in text
        assert "\n#" not in text
        render(text, job.evidence.by_id)


def test_writer_places_names_of_the_job() -> None:
    """The place's article and possessive are right at the start of a sentence too."""
    places = {"Netherlands": 1, "Austria": 3, "Spain": 2}
    report = report_of(rows_of(MIX, places=places))
    for text in report.texts("NL", shape=TWO_PARAGRAPHS):
        assert re.search(r"\b[Tt]he Netherlands\b", text)
        assert not re.search(r"(?<!he )Netherlands|Netherlands's", text)


def test_region_section_is_of_the_region() -> None:
    """It stands with its article, and its members with theirs."""
    places = {"Netherlands": 5, "Austria": 1, "Spain": 2, "Italy": 1.5}
    for text in report_of(rows_of(MIX, places=places)).texts("EU", shape=LONG):
        assert re.search(r"\b[Tt]he EU\b", text)
        assert not re.search(r"(?<![Tt]he )\bEU\b|(?<!he )Netherlands", text)
        assert "country" not in text


def test_summary_of_a_section_keeps_references_and_is_short() -> None:
    """The summary is one or two sentences of the text, with a reference in it if that has one."""
    for job, source, _ in sections():
        summary = summarise(source, job)
        assert 1 <= len(of_source(summary)) <= 2
        assert bool(references(summary)) == bool(references(source))
        assert all(sentence in source for sentence in of_source(summary))
        assert count_words(shown(summary, job.evidence)) <= 75


def test_summary_of_a_text_without_figures_is_its_first_sentence() -> None:
    """A text without references is summed up by its first sentence."""
    job = job_of(Evidence(section_id="1.1.1@AT", place="Austria", facts=(), gaps=()))
    assert summarise("Nothing is known. It may change.", job) == "Nothing is known."
    assert summarise("", job) == ""


def test_headlines_have_at_most_twelve_words() -> None:
    """And no full stop."""
    told = 0
    for job, _, headline in sections():
        if headline:
            text = shown(headline, job.evidence)
            assert count_words(text) <= 12, text
            assert not text.endswith((".", ","))
            assert text[0] == "“" or text[0].isupper()
            told += 1
    assert told > SECTIONS / 2


def test_sections_with_figures_have_a_headline() -> None:
    """All sub-tasks' sections that have a fact of their place, and conclusions."""
    for job, source, headline in sections():
        if job.kind in ("sub_task", "conclusion") and references(source):
            assert headline, source
        if job.kind in ("introduction", "summary"):
            assert not headline


def test_headline_is_told_in_the_text() -> None:
    """What it is about stands in the text as well, where that has room."""
    for job, source, headline in sections():
        if job.kind == "sub_task" and headline and (job.shape.max_words or 99) > 90:
            told = {job.evidence.by_id[i].subject for i in references(source)}
            assert {job.evidence.by_id[i].subject for i in references(headline)} <= told, headline


def test_messages_are_sentences_that_need_no_others() -> None:
    """At most three, the strongest first, each with its place and a figure of known facts."""
    told = 0
    for job, _, _ in sections():
        messages = messages_of(job)
        assert len(messages) <= 3
        assert [m.score for m in messages] == sorted((m.score for m in messages), reverse=True)
        for message in messages:
            ids = references(message.source_text)
            assert set(ids) <= set(job.evidence.by_id)
            text = shown(message.source_text, job.evidence)
            place = words.place_name(job.place.name, region=job.place.kind == "region").name
            assert re.search(rf"(?i){re.escape(place)}", text), text
            assert len(sentences(text)) == 1
            told += 1
    assert told > SECTIONS / 2


NOTHING = Evidence(section_id="1.1.1@AT", place="Austria", facts=(), gaps=())


@pytest.mark.parametrize("kind", ["introduction", "summary", "conclusion"])
def test_no_fact_makes_one_sentence_of_other_kinds(kind: str) -> None:
    """Generated sections without facts are one sentence too."""
    for number in range(20):
        given = NOTHING.model_copy(update={"section_id": f"1.{number}@AT"})
        text = written(job_of(given, kind=kind, covered=("Oil", "Gas")))
        assert len(sentences(text)) == 1
        assert "Austria" in text
        assert "“Oil” and “Gas”" in text


def test_no_fact_makes_one_sentence_that_names_place_and_title() -> None:
    """Without facts the text says so in exactly one sentence, in many different ways."""
    texts = set()
    for number in range(60):
        given = NOTHING.model_copy(update={"section_id": f"1.{number}@AT"})
        job = job_of(given, title="Oil Demand", shape=TWO_PARAGRAPHS)
        assert OfflineWriter().write(job).headline == ""
        texts.add(written(job))
    assert len(texts) >= 15
    for text in texts:
        assert len(sentences(text)) == 1
        assert "Austria" in text
        assert "“Oil Demand”" in text


@pytest.mark.parametrize("kind", ["sub_task", "introduction", "conclusion"])
def test_section_without_a_selection_does_not_blame_the_data(kind: str) -> None:
    """Where nothing was selected the text says that, not that the data lack it."""
    for number in range(40):
        given = NOTHING.model_copy(update={"section_id": f"1.{number}@AT"})
        text = written(job_of(given, kind=kind, covered=("Oil",), title="Oil"))
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
        given = NOTHING.model_copy(update={"section_id": f"1.{number}@AT", "gaps": (gap,)})
        text = written(job_of(given, title="Oil", upstream=upstream))
        assert re.search(said, text, re.IGNORECASE), text
        assert "select" not in text
        assert ("not available" in text or "nor " in text) == bool(missing)
        assert len(sentences(text)) == 1


def test_place_of_a_section_without_figures_gets_none_of_its_region() -> None:
    """A country without figures does not get those of the region as its own."""
    rows = [*rows_of(MIX), "Spain,Wind,2021,,Electricity generation,TWh"]
    report = report_of(rows, countries={"AT": "Austria", "ES": "Spain"})
    for text in report.texts("ES"):
        assert "Spain's electricity" not in text
        assert not re.search(r"\d TWh", text)


def test_all_sources_are_known_fuels() -> None:
    """The random sections have all fuels that the tests are about."""
    subjects = {fact.subject for job, _, _ in sections() for fact in job.evidence.facts}
    assert set(FUELS) <= subjects
    assert Place("AT", "Austria") in {job.place for job, _, _ in sections()}
