"""A fact asked for by its question is the fact that evidence holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from factbook.data.series import Place
from factbook.evidence.derivation import Among, LeftOut, Members, Operand
from factbook.evidence.derive import derive
from factbook.evidence.facts import Fact
from factbook.evidence.questions import Question
from factbook.evidence.wording import sentence
from factbook.project.project import open_project

from .conftest import Ask, chart, one

EXAMPLES = Path(__file__).parents[2] / "examples"
GENERATION = "Electricity generation"

ROWS = (
    "Austria,Wind,2018,4,Power,TWh",
    "Austria,Wind,2020,8,Power,TWh",
    "Austria,Gas,2020,2,Power,TWh",
    "France,Wind,2018,10,Power,TWh",
    "France,Wind,2020,30,Power,TWh",
    "France,Coal,2018,5,Power,TWh",
    "Malta,Gas,2020,1,Power,TWh",
)
REGION = {"members": ["Austria", "France", "Malta"]}


def questions(ask: Ask, code: str) -> tuple[dict[str, Question], dict[str, Fact]]:
    """Questions and facts of a section over a few rows, by id."""
    asked = ask(chart("Power"), rows=ROWS, region=REGION)
    place = asked.place(code)
    found = asked.builder.everything("1.1.1@X", asked.sub_task, place)
    return asked.builder.questions(asked.sub_task, place), found.by_id


@pytest.mark.parametrize("code", ["AT", "FR", "EU"])
def test_each_fact_answers_its_question(ask: Ask, code: str) -> None:
    """Asked alone, with nothing computed before, each is the same but for its number."""
    dataset = ask(chart("Power"), rows=ROWS, region=REGION).dataset
    asked, facts = questions(ask, code)
    assert asked.keys() == facts.keys()
    assert len(facts) > 10
    for fact_id, question in asked.items():
        assert derive(dataset, question) == replace(facts[fact_id], id="")


def test_other_questions_than_those_of_a_section(ask: Ask) -> None:
    """Any place, period and position; None where the data have no answer."""
    dataset = ask(chart("Power"), rows=ROWS, region=REGION).dataset
    asked, _ = questions(ask, "AT")
    wind = next(q for q in asked.values() if q.quantity.subject == "Wind")
    austria, france = Place("AT", "Austria"), Place("FR", "France")
    at = Question(wind.quantity, austria, "2020")
    second = derive(dataset, replace(at, place=dataset.region, position=2))
    assert second is not None
    assert (second.place, second.value, second.derivation.among) == (
        "Austria",
        8,
        Among(2, "EU", is_some=True),
    )
    difference = derive(dataset, replace(at, kind="difference", other=france))
    assert difference is not None
    assert (difference.value, difference.metric) == (-22, "Power difference")
    assert sentence(difference.derivation) == "Austria minus France"
    for none in (
        replace(at, period="2019"),
        replace(at, place=Place("MT", "Malta")),
        replace(at, kind="change", base="2019"),
        replace(at, kind="difference"),
        replace(at, place=dataset.region, position=3),
        replace(at, node="Linz"),
    ):
        assert derive(dataset, none) is None


def test_derivation_says_what_a_fact_means_as_values(ask: Ask) -> None:
    """Operands, members, what is missing and what is left out can be read without a sentence."""
    rows = [
        *("Austria,Wind,2018,4,Power,TWh", "Austria,Wind,2020,8,Power,TWh"),
        *("Austria,Gas,2020,0.03,Power,TWh", "France,Wind,2018,10,Power,TWh"),
        *("France,Wind,2020,30,Power,TWh", "France,Coal,2018,0.05,Power,TWh"),
        "Malta,Gas,2020,0.1,Power,TWh",
    ]
    asked = ask(chart("Power"), rows=rows, region=REGION)
    evidence = asked.of("EU")
    total = one(evidence, subject="Total", period="2020", place="EU", kind="value", role="place")
    assert (total.kind, total.value) == ("total", 38.13)
    assert total.derivation.members == Members("EU", 3)
    assert total.derivation.missing == (Operand("EU", "Coal", "Power", "2020", "TWh"),)
    assert total.derivation.is_incomplete
    change = one(evidence, subject="Total", kind="change", role="place").derivation
    after, before = change.operands
    assert (after.period, after.value, before.period, before.value) == ("2020", 38, "2018", 14)
    assert change.left_out == (LeftOut("AT", "Gas"), LeftOut("FR", "Coal"), LeftOut("MT", "Gas"))
    assert change.is_like_for_like
    told = one(evidence, subject="Total", kind="change", role="place")
    assert told.metric == "Power (same members and categories) change"
    share = one(evidence, subject="Wind", period="2020", kind="share of category").derivation
    assert [operand.value for operand in share.operands] == [38, 38.13]
    assert share.operands[1].subject == "Total"


@pytest.mark.parametrize("place", ["AT", "DE", "EU"])
def test_real_facts_answer_their_questions(ask: Ask, place: str) -> None:
    """Published shares, ranks, extremes and groups of the real table as well."""
    asked = ask(chart(GENERATION), categories=[("Wind", "Green"), ("Solar", "Green")])
    found = asked.builder.questions(asked.sub_task, asked.place(place))
    held = asked.of(place)
    for fact in held.facts[::9]:
        assert derive(asked.dataset, found[fact.id]) == replace(fact, id="")


@pytest.mark.parametrize(
    "name", ["world-energy-mix", pytest.param("europe-electricity", marks=pytest.mark.slow)]
)
def test_every_fact_of_an_example_answers_its_question(name: str) -> None:
    """What sections hold and what is derived on demand are the same facts."""
    project = open_project(EXAMPLES / name)
    count = 0
    for section in project.outline.sections:
        if section.sub_task is None:
            continue
        asked = project.builder.questions(section.sub_task, section.place)
        held = project.builder.build(section.id, section.sub_task, section.place)
        count += len(held.facts)
        for fact in held.facts:
            assert derive(project.dataset, asked[fact.id]) == replace(fact, id="", is_aside=False)
    assert count > 2000


@pytest.mark.parametrize(
    ("unit", "of_change"),
    [
        ("1982-84 = 100", "points"),
        ("Index, 2015=100", "points"),
        ("index", "points"),
        ("0-10", "points"),
        ("10 000 head", "10 000 head"),
        ("%", "percentage points"),
        ("TWh", "TWh"),
        ("dB", "dB"),
    ],
)
def test_differences_of_indices_are_points(ask: Ask, unit: str, of_change: str) -> None:
    """1.9 more on 1982-84 = 100 is neither that unit nor per cent."""
    rows = [
        f'Austria,Total,{year},{value},Prices,"{unit}"'
        for year, value in ((2018, 214), (2020, 216))
    ]
    asked = ask(chart("Prices"), rows=rows)
    evidence = asked.of("AT")
    assert one(evidence, kind="change").unit == of_change


def test_region_of_one_place_is_not_told_beside_it(ask: Ask) -> None:
    """Neither its share, 100 %, nor its rank, nor the region's figure, which is its own."""
    rows = [f"Austria,Wind,{year},{value},Power,TWh" for year, value in ((2018, 4), (2020, 8))]
    region = {"name": "The group", "members": "all"}
    evidence = ask(chart("Power"), rows=rows, region=region).of("AT")
    assert {fact.place for fact in evidence.facts} == {"Austria"}
    assert not {"share of region", "rank"} & {fact.kind for fact in evidence.facts}
    two = [*rows, "France,Wind,2020,8,Power,TWh"]
    evidence = ask(chart("Power"), rows=two, region=region).of("AT")
    assert {"share of region", "rank"} <= {fact.kind for fact in evidence.facts}
