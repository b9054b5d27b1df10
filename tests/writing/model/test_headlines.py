"""Headline and standfirst on their way through the passes."""

from __future__ import annotations

from typing import Any

import pytest

from factbook.errors import ContextTooLongError, ModelUnavailableError, NoSchemaError
from factbook.llm.tokens import tokens_of
from factbook.writing.job import Draft, Shape
from factbook.writing.offline import OfflineWriter
from tests.sections import make_evidence
from tests.writing.model.scripted import (
    FOUND_FACTS,
    GOOD,
    HEADLINE,
    OF_GAS,
    REVISE,
    STANDFIRST,
    TEXT,
    Script,
    an_article,
    found_job,
    make_job,
    make_writer,
)

WHOLE = f"{STANDFIRST}\n\n{TEXT}"
OFFLINE = OfflineWriter().write(found_job()).headline
LONG = "Wind in Austria is far behind its peak of 2019 and came to {F1}"
WRONG_TEXT = "It had peaked at {F99}."


def written(job: Any = None, scripts: dict[str, Any] | None = None, **options: Any) -> Any:
    """A draft, and its calls."""
    writer, calls = make_writer(scripts or {"draft": an_article()}, **options)
    return writer.write(job or found_job()), calls


def test_draft_has_headline_and_standfirst() -> None:
    """One call, asked for by a schema."""
    draft, calls = written()
    assert (draft.headline, draft.source_text) == (HEADLINE, WHOLE)
    assert calls.passes == ["draft"]
    request = calls.made[0][2]
    assert request.answer_schema.name == "article"
    assert "Answer in JSON" in calls.prompts("draft")[0]


def test_conclusion_has_a_headline_as_well() -> None:
    """It tells findings of all sections."""
    draft, _ = written(found_job(kind="conclusion"), {"conclusion": an_article()})
    assert (draft.headline, draft.source_text) == (HEADLINE, WHOLE)


@pytest.mark.parametrize(("kind", "pass_"), [("introduction",) * 2, ("summary", "task_summary")])
def test_introduction_and_summary_have_none(kind: str, pass_: str) -> None:
    """They stand under a heading that says what they are."""
    draft, calls = written(found_job(kind=kind), {pass_: GOOD})
    assert (draft.headline, draft.source_text) == ("", GOOD)
    assert calls.made[0][2].answer_schema is None
    assert "<findings>" in calls.prompts(pass_)[0]


@pytest.mark.parametrize("job", [make_job(), found_job(OF_GAS)])
def test_section_without_a_finding_has_none(job: Any) -> None:
    """There is nothing to tell."""
    draft, calls = written(job, {"draft": GOOD})
    assert (draft.headline, draft.source_text) == ("", GOOD)
    assert calls.made[0][2].answer_schema is None


def test_one_paragraph_holds_the_standfirst() -> None:
    """Where the guidelines ask for one."""
    draft, _ = written(found_job(shape=Shape(paragraphs=1)))
    assert draft.source_text == f"{STANDFIRST} {TEXT}"


def test_text_that_begins_with_the_standfirst_says_it_once() -> None:
    """Models repeat it."""
    draft, _ = written(scripts={"draft": an_article(text=WHOLE)})
    assert draft.source_text == WHOLE


def test_answer_that_is_the_text_alone_gets_the_offline_headline() -> None:
    """And is paid for once."""
    draft, calls = written(scripts={"draft": WHOLE})
    assert OFFLINE
    assert (draft.headline, draft.source_text) == (OFFLINE, WHOLE)
    assert calls.passes == ["draft"]


@pytest.mark.parametrize(
    "headline", [LONG, "Wind at {F99}", "Wind at 9{F1}", "Wind at 6.48 TWh", "Wind {at} {F1}", ""]
)
def test_wrong_headline_costs_no_call_while_another_can_stand_in(headline: str) -> None:
    """The text is right."""
    draft, calls = written(scripts={"draft": an_article(headline)})
    assert calls.passes == ["draft"]
    assert (draft.headline, draft.source_text, draft.marks) == (OFFLINE, WHOLE, ())


def test_wrong_headline_is_corrected_with_a_wrong_text() -> None:
    """In the same call."""
    scripts = {"draft": an_article(LONG, text=WRONG_TEXT), "repair": an_article()}
    draft, calls = written(scripts=scripts)
    assert calls.passes == ["draft", "repair"]
    prompt = calls.prompts("repair")[0]
    assert "{F99} is not a fact" in prompt
    assert "The headline has 15 words" in prompt
    assert f"<text>\nHEADLINE: {LONG}\nSTANDFIRST: {STANDFIRST}\n\n{WRONG_TEXT}\n</text>" in prompt
    assert (draft.headline, draft.source_text) == (HEADLINE, WHOLE)


def test_wrong_headline_is_corrected_where_none_can_stand_in() -> None:
    """As often as a text is; then there is none."""
    course = (
        found_job()
        .evidence.findings[1]
        .model_copy(update={"form": "course", "facts": {"c0": "F11"}})
    )
    job = found_job(course)
    assert OfflineWriter().write(job).headline == ""
    wrong, right = an_article(LONG, text="It rose."), an_article(text="It rose.")
    draft, calls = written(job, {"draft": wrong, "repair": right})
    assert (calls.passes, draft.headline) == (["draft", "repair"], HEADLINE)
    draft, calls = written(job, {"draft": wrong, "repair": wrong})
    assert (calls.passes, draft.headline) == (["draft", "repair", "repair"], "")
    assert draft.source_text == f"{STANDFIRST}\n\nIt rose."


def test_repair_that_gives_the_text_alone_keeps_the_headline() -> None:
    """It had no fault."""
    scripts = {"draft": an_article(text=WRONG_TEXT), "repair": WHOLE}
    draft, _ = written(scripts=scripts)
    assert (draft.headline, draft.source_text) == (HEADLINE, WHOLE)


def test_what_stays_wrong_in_the_standfirst_is_marked() -> None:
    """As it is in the text."""
    scripts = {"draft": an_article(standfirst="Wind gave {F99}.")}
    draft, _ = written(scripts=scripts, max_repairs=0)
    assert draft.source_text == f"Wind gave [figure missing].\n\n{TEXT}"
    assert len(draft.marks) == 1


def test_headline_is_cleaned_as_prose() -> None:
    """Marks, a full stop and doubled units go."""
    messy = "## **Wind falls back from its peak of 2019, to {f1} TWh.**"
    draft, _ = written(scripts={"draft": an_article(messy)})
    assert draft.headline == HEADLINE


def test_final_edit_may_change_words_of_the_headline() -> None:
    """It is given all parts."""
    edited = an_article("Wind retreats from its peak of 2019, to {F1}")
    draft, calls = written(scripts={"draft": an_article(), "polish": edited}, add_final_polish=True)
    assert f"HEADLINE: {HEADLINE}" in calls.prompts("polish")[0]
    assert draft.headline.startswith("Wind retreats")
    assert draft.feedback == ""


@pytest.mark.parametrize(
    "headline",
    [
        "Wind falls back from its peak, to {F1}",
        "Wind falls back from its peak of 2019, to {F5}",
        "Wind, which is what blows, falls far back from its peak of 2019, to {F1}",
    ],
)
def test_final_edit_that_spoils_the_headline_is_reverted(headline: str) -> None:
    """A figure, a period, or its length."""
    edited = an_article(headline, text=TEXT.replace("It", "Wind"))
    draft, _ = written(scripts={"draft": an_article(), "polish": edited}, add_final_polish=True)
    assert (draft.headline, draft.source_text) == (HEADLINE, WHOLE)
    assert draft.feedback.startswith("Final edit: reverted")


def test_final_edit_makes_no_headline() -> None:
    """That of the offline writer, which stands in, is not shown to it."""
    scripts = {"draft": WHOLE, "polish": an_article("Wind leads")}
    draft, calls = written(scripts=scripts, add_final_polish=True)
    assert "HEADLINE" not in calls.prompts("polish")[0].partition("<text>")[2].partition("</")[0]
    assert (draft.headline, draft.feedback) == (OFFLINE, "")


def test_sense_check_and_summary_see_what_they_are_about() -> None:
    """The check the headline too, the summary the text alone."""
    scripts = {
        "draft": an_article(),
        "sense_check": REVISE,
        "repair": an_article("Wind retreats to {F1}"),
        "summary": "Wind gave {F1}.",
    }
    draft, calls = written(scripts=scripts, add_feedback=True, add_summary=True)
    assert f"HEADLINE: {HEADLINE}" in calls.prompts("sense_check")[0]
    assert f"<text>\n{WHOLE}\n</text>" in calls.prompts("summary")[0]
    assert draft.headline == "Wind retreats to {F1}"


def test_remarks_on_a_persons_text_see_the_findings() -> None:
    """And its headline, which stays as it is."""
    writer, calls = make_writer({"sense_check": REVISE}, add_feedback=True)
    text = Draft(source_text="Wind gave {F11}.", headline="My words")
    draft = writer.with_remarks(found_job(), text)
    prompt = calls.prompts("sense_check")[0]
    assert "<findings>" in prompt
    assert "HEADLINE: My words" in prompt
    assert "F11,Austria" in prompt
    assert draft.headline == "My words"


def test_broken_object_is_asked_for_again() -> None:
    """In the same chat, and as a repair."""
    draft, calls = written(scripts={"draft": [an_article()[:-9], an_article()]})
    assert calls.passes == ["draft", "draft"]
    assert draft.headline == HEADLINE
    with pytest.raises(ModelUnavailableError, match="broken JSON"):
        written(scripts={"draft": an_article()[:-9]})


def test_server_without_schemas_is_asked_for_marked_lines() -> None:
    """It is found out once for each model; the sense check is asked without one as well."""

    def answer(request: Any) -> str:
        if request.answer_schema is not None:
            raise NoSchemaError("no schema", "no_schema")
        return f"HEADLINE: {HEADLINE}\nSTANDFIRST: {STANDFIRST}\n\n{TEXT}"

    def verdict(request: Any) -> str:
        if request.answer_schema is not None:
            raise NoSchemaError("no schema", "no_schema")
        return '{"verdict": "ok", "issues": []}'

    scripts: dict[str, Script] = {"draft": answer, "sense_check": verdict}
    writer, calls = make_writer(scripts, add_feedback=True)
    for _ in range(2):
        draft = writer.write(found_job())
        assert (draft.headline, draft.source_text) == (HEADLINE, WHOLE)
        assert draft.feedback == "Sense check: ok."
    assert calls.passes == [
        *("draft", "draft", "sense_check", "sense_check"),
        *("draft", "sense_check"),
    ]
    prompts = calls.prompts("draft")
    assert "Answer in JSON" in prompts[0]
    assert "HEADLINE: the most important" in prompts[1]
    assert prompts[1] == prompts[2]


def test_server_that_refuses_without_a_schema_too_is_unavailable() -> None:
    """There is no third form."""
    with pytest.raises(ModelUnavailableError, match="no schema"):
        written(scripts={"draft": NoSchemaError("no schema", "no_schema")})


def test_small_models_are_asked_for_marked_lines() -> None:
    """They do not end their strings."""
    draft, calls = written(scripts={"draft": WHOLE}, json_articles=False)
    assert calls.made[0][2].answer_schema is None
    assert "HEADLINE: " in calls.prompts("draft")[0]
    assert draft.headline == OFFLINE


def test_score_of_headlines_is_that_of_the_offline_writer() -> None:
    """Where another than the usual is configured, it is part of the key."""
    job = found_job()
    writer, _ = make_writer({"draft": WHOLE}, least_of_headline=90.0)
    stand_in = OfflineWriter(least_of_headline=90.0).write(job).headline
    assert stand_in != OFFLINE
    assert writer.write(job).headline == stand_in
    assert writer.identity(job)["headline"] == "90"
    assert "headline" not in make_writer({})[0].identity(job)
    assert "headline" not in writer.identity(make_job(evidence=make_evidence(*FOUND_FACTS)))


def test_prompt_that_is_mostly_rules_is_shortened_as_far_as_it_can_be() -> None:
    """Half of it would not hold the rules; the answer is still a text with its headline."""

    def answer(request: Any) -> str:
        if tokens_of(request) > 900:
            raise ContextTooLongError("900 at most", "context")
        return an_article(text="It rose.")

    job = found_job(context="A report on power. " * 40)
    draft, calls = written(job, {"draft": answer})
    first, second = (tokens_of(request) for _, _, request in calls.made)
    assert first // 2 < second < first
    assert draft.headline == HEADLINE
