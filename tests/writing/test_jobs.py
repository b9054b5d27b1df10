"""Jobs: everything that the sheet says about one section."""

from __future__ import annotations

from typing import Any

import pytest

from factbook.config.project_config import ProjectConfig
from factbook.sheet.graph import section_graph
from factbook.sheet.models import Guideline, PromptSheet, Search
from factbook.writing.job import Neighbour, SearchTopic, SectionJob, Upstream
from factbook.writing.jobs import JobMaker
from factbook.writing.offline.excerpt import as_read
from tests.sections import (
    AUSTRIA,
    make_evidence,
    make_fact,
    make_outline,
    make_record,
    make_sheet,
    make_spec,
)

LEVELS = {"1.1.1": "country", "1.1.2": "EU", "1.1.3": "country"}


def sheet(**others: Any) -> PromptSheet:
    """A sheet with an edge, a style example and whatever else."""
    return make_sheet(
        LEVELS, edges={"1.1.3": "1.1.1", "1.1.1": "Write as a friend would."}, **others
    )


def maker(of: PromptSheet | None = None, **config: Any) -> JobMaker:
    """The maker of jobs that a model writes."""
    of = of or sheet()
    config = {"provider": "openai"} | config
    return JobMaker(of, section_graph(of), ProjectConfig(**config), "The context", for_model=True)


def offline_maker(of: PromptSheet | None = None) -> JobMaker:
    """The maker of jobs that the offline writer writes."""
    of = of or sheet()
    return JobMaker(of, section_graph(of), ProjectConfig(), "The context")


def spec(section_id: str, of: PromptSheet | None = None, **config: Any) -> Any:
    """A section of the sheet."""
    sections = make_outline(of or sheet(), **config).whole().sections
    return next(section for section in sections if section.id == section_id)


def test_job_holds_what_the_sheet_says() -> None:
    """Titles, tone, context, style examples and evidence."""
    evidence = make_evidence()
    job = maker(tone_and_feel={"purpose": "Inform"}).make(spec("1.1.1@AT"), evidence)
    assert (job.section_id, job.kind, job.place.name) == ("1.1.1@AT", "sub_task", "Austria")
    assert (job.chapter_title, job.task_title, job.title) == ("Chapter 1", "Part 1.1", "On 1.1.1")
    assert job.style_examples == ("Write as a friend would.",)
    assert (job.tone, job.context) == ({"purpose": "Inform"}, "The context")
    assert job.evidence == evidence
    assert job.upstream == ()


@pytest.mark.parametrize(
    ("level", "standard", "advanced", "text"),
    [
        ("standard", "Short.", "Long.", "Short."),
        ("advanced", "Short.", "Long.", "Long."),
        ("advanced", "Short.", "", "Short."),
        ("standard", "", "Long.", "Long."),
    ],
)
def test_guideline_is_that_of_the_level_or_the_other(
    level: Any, standard: str, advanced: str, text: str
) -> None:
    """An empty column is not an empty guideline."""
    of = sheet(guidelines=(Guideline(id="1.1.1", standard=standard, advanced=advanced),))
    job = maker(of, guideline_level=level).make(spec("1.1.1@AT", of), make_evidence())
    assert job.guidelines == text


def test_guideline_gives_the_shape() -> None:
    """Words and paragraphs; research notes go along."""
    guideline = Guideline(
        id="1.1.1", standard="Write 120-180 words in two paragraphs.", research_notes="Eurostat."
    )
    of = sheet(guidelines=(guideline,))
    job = maker(of).make(spec("1.1.1@AT", of), make_evidence())
    assert (job.shape.min_words, job.shape.max_words, job.shape.paragraphs) == (120, 180, 2)
    assert job.research_notes == "Eurostat."


def test_notes_come_from_llm_calls_alone() -> None:
    """Searches of data and of the internet are no notes."""
    searches = tuple(
        Search(sub_task_id="1.1.1", source=source, prompt=f"Ask {source}")
        for source in ("LLM Call", "Internet Search", "ETM")
    )
    of = sheet(searches=(*searches, Search(sub_task_id="1.1.1", source="LLM Call")))
    assert maker(of).make(spec("1.1.1@AT", of), make_evidence()).notes == ("Ask LLM Call",)
    assert maker(of).make(spec("1.1.3@AT", of), make_evidence()).notes == ()


@pytest.mark.parametrize(
    ("section_id", "covered"),
    [
        ("1.1#introduction@AT", ("On 1.1.1", "On 1.1.3")),
        ("1.1#introduction@EU", ("On 1.1.2",)),
        ("1.1#summary@FR", ("On 1.1.1", "On 1.1.3")),
        ("conclusion@AT", ("On 1.1.1", "On 1.1.3")),
        ("conclusion@EU", ("On 1.1.2",)),
        ("1.1.1@AT", ()),
    ],
)
def test_generated_sections_know_what_they_are_about(
    section_id: str, covered: tuple[str, ...]
) -> None:
    """Sub-tasks that have a section for the same place."""
    section = spec(section_id, add_introduction_to_task=True, add_sub_task_summary=True)
    assert maker().make(section, make_evidence()).covered == covered


def test_upstream_texts_are_rendered() -> None:
    """What the reader sees, not references to facts of another table."""
    section = spec("1.1.3@AT")
    [before] = maker().upstream(section, {"1.1.1@AT": make_record("1.1.1@AT")})
    assert (before.section_id, before.title) == ("1.1.1@AT", "On 1.1.1")
    assert before.text == "Wind gave 6.48\N{NO-BREAK SPACE}TWh."
    assert before.missing == ""


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (None, "not in the report"),
        (make_record(status="failed", source_text=""), "failed"),
        (make_record(status="refused", source_text=""), "refused"),
    ],
)
def test_dependant_is_told_of_a_missing_upstream(record: Any, missing: str) -> None:
    """And is written all the same."""
    [before] = maker().upstream(spec("1.1.3@AT"), {"1.1.1@AT": record})
    assert (before.text, before.missing) == ("", missing)


def test_degraded_upstream_has_a_text() -> None:
    """The stand-in is better than nothing."""
    record = make_record(status="degraded", reason="no answer")
    [before] = maker().upstream(spec("1.1.3@AT"), {"1.1.1@AT": record})
    assert before.text
    assert before.missing == ""


def test_job_of_a_plain_section_has_an_open_shape() -> None:
    """No guideline asks for nothing."""
    job = maker(make_sheet()).make(make_spec(), make_evidence())
    assert job.guidelines == ""
    assert (job.shape.min_words, job.shape.max_words, job.shape.paragraphs) == (None, None, None)


WIDE = make_sheet(
    {
        "1.1.1": "country",
        "1.1.2": "EU",
        "1.1.3": "country",
        "1.1.4": "Country",
        "1.1.5": "EU",
        "1.2.1": "country",
        "2.1.1": "country",
    }
)
EVERYTHING = {"add_introduction_to_task": True, "add_sub_task_summary": True}


@pytest.mark.parametrize(
    ("section_id", "outline"),
    [
        (
            "1.1.3@AT",
            "Chapter 1\n  Part 1.1\n    On 1.1.1\n    On 1.1.2\n    On 1.1.3 (this section)\n"
            "    On 1.1.4\n    On 1.1.5\n  Part 1.2\nChapter 2",
        ),
        (
            "1.2#introduction@AT",
            "Chapter 1\n  Part 1.1\n  Part 1.2 (this section)\n    On 1.2.1\nChapter 2",
        ),
        ("conclusion@AT", "Chapter 1\nChapter 2\nConclusion (this section)"),
    ],
)
def test_outline_shows_where_the_section_stands(section_id: str, outline: str) -> None:
    """Chapters, the parts of this one, the sections of this part; this one marked, on its line."""
    job = maker(WIDE).make(spec(section_id, WIDE, **EVERYTHING), make_evidence())
    assert job.outline == outline


def test_outline_marks_the_sheet_s_own_conclusion() -> None:
    """At its place among the chapters, and once."""
    of = make_sheet({"1.1.1": "country"}, titles={"1": "Power", "9": "Conclusion"})
    job = maker(of).make(spec("conclusion@AT", of), make_evidence())
    assert job.outline == "Power\nConclusion (this section)"


@pytest.mark.parametrize(
    ("section_id", "titles"),
    [
        ("1.1.1@AT", ["On 1.1.3"]),
        ("1.1.3@AT", ["On 1.1.1", "On 1.1.4"]),
        ("1.1.4@FR", ["On 1.1.3"]),
        ("1.1.2@EU", ["On 1.1.5"]),
        ("1.2.1@AT", []),
        ("1.1#introduction@AT", []),
        ("conclusion@AT", []),
    ],
)
def test_neighbours_are_the_sub_tasks_beside_at_the_same_level(
    section_id: str, titles: list[str]
) -> None:
    """One before, one after, of the same part."""
    job = maker(WIDE).make(spec(section_id, WIDE, **EVERYTHING), make_evidence())
    assert [neighbour.title for neighbour in job.neighbours] == titles


def test_neighbours_say_what_they_cover() -> None:
    """By their description."""
    of = sheet()
    described = of.sub_tasks[2].model_copy(update={"description": "Say what sun gave."})
    of = of.model_copy(update={"sub_tasks": (*of.sub_tasks[:2], described)})
    job = maker(of).make(spec("1.1.1@AT", of), make_evidence())
    assert job.neighbours == (Neighbour(title="On 1.1.3", description="Say what sun gave."),)


def internet(**others: Any) -> Search:
    """An internet search of the first sub-task."""
    values = {"sub_task_id": "1.1.1", "source": "Internet Search", "prompt": "Find out."}
    return Search(**(values | others))


SEARCHING = sheet(
    searches=(
        internet(title="Open"),
        internet(title="Country", level="country", additional_information="Official only."),
        internet(title="Region", level="EU"),
        internet(title="Described", prompt="", description="What it is."),
        internet(title="Titled", prompt=""),
        internet(title="", prompt=""),
        internet(title="Data", source="ETM"),
        internet(title="Note", source="LLM Call"),
        internet(title="Of the region", sub_task_id="1.1.2", level="EU"),
        internet(title="Of a country", sub_task_id="1.1.2", level="Country"),
    )
)


def test_searches_are_those_of_the_sub_task_whose_level_fits() -> None:
    """Of the internet only; a row without a prompt asks by its description or title."""
    job = maker(SEARCHING).make(spec("1.1.1@AT", SEARCHING), make_evidence())
    assert job.searches == (
        SearchTopic(title="Open", prompt="Find out."),
        SearchTopic(title="Country", prompt="Find out.", additional_information="Official only."),
        SearchTopic(title="Described", prompt="What it is."),
        SearchTopic(title="Titled", prompt="Titled"),
    )
    region = maker(SEARCHING).make(spec("1.1.2@EU", SEARCHING), make_evidence())
    assert [topic.title for topic in region.searches] == ["Of the region"]
    other = maker(SEARCHING).make(spec("1.1.3@AT", SEARCHING), make_evidence())
    assert other.searches == ()


def test_no_search_is_asked_for_when_the_internet_is_skipped() -> None:
    """By the configuration."""
    job = maker(SEARCHING, skip_internet_search=True).make(
        spec("1.1.1@AT", SEARCHING), make_evidence()
    )
    assert job.searches == ()
    assert job.outline


def test_local_model_is_asked_for_no_search() -> None:
    """It cannot make one, and a changed row of the sheet would write its section anew."""
    of = SEARCHING
    job = maker(of, provider="local").make(spec("1.1.1@AT", of), make_evidence())
    assert job.searches == ()


def test_job_for_the_offline_writer_is_what_it_reads() -> None:
    """Its key would change with the words of others, with tone and context, and for nothing."""
    of, config = SEARCHING, {"tone_and_feel": {"purpose": "Inform"}}
    section, evidence = spec("1.1.3@AT", of), make_evidence(make_fact())
    before = offline_maker(of).upstream(section, {"1.1.1@AT": make_record("1.1.1@AT")})
    assert before == (Upstream(section_id="1.1.1@AT", title="On 1.1.1"),)
    job = offline_maker(of).make(section, evidence, before)
    assert job == as_read(maker(of, **config).make(section, evidence, before))
    assert job == SectionJob(
        section_id="1.1.3@AT", kind="sub_task", place=AUSTRIA, evidence=evidence, upstream=before
    )


@pytest.mark.parametrize(
    ("section_id", "told"), [("1.1.3@AT", ["1.1.1@AT"]), ("conclusion@AT", ["1.1.1@AT"])]
)
def test_offline_writer_is_told_of_missing_sections(section_id: str, told: list[str]) -> None:
    """A conclusion of these alone; why they are missing it does not say."""
    records = {"1.1.1@AT": make_record("1.1.1@AT", "failed", ""), "1.1.3@AT": make_record()}
    before = offline_maker().upstream(spec(section_id), records)
    assert [u.section_id for u in before] == told
    refused = {**records, "1.1.1@AT": make_record("1.1.1@AT", "refused", "")}
    assert offline_maker().upstream(spec(section_id), refused) == before
