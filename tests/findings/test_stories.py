"""The stories that readers of the examples would tell are found, where they belong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from factbook.evidence.facts import Evidence
from factbook.project.project import open_project

EXAMPLES = Path(__file__).parents[2] / "examples"
EUROPE, WORLD = "europe-electricity", "world-energy-mix"

STORIES: Mapping[str, tuple[str, str, str, str, tuple[str, ...], tuple[str, ...]]] = {
    "hard coal fell most in the EU": (
        EUROPE, "1.1.2@EU", "contribution", "largest", ("Hard Coal",), ("2015", "2021"),
    ),
    "German wind and solar passed coal, and fell behind again": (
        EUROPE, "1.1.1@DE", "crossing", "fell back", ("Coal", "Wind and solar"), ("2019", "2021"),
    ),
    "renewables and fossil are equal in the EU": (
        EUROPE, "1.1.2@EU", "near equality", "", ("Fossil", "Renewables"), ("2021",),
    ),
    "gas fell and rose again in the EU": (
        EUROPE, "1.1.2@EU", "turn", "trough", ("Gas",), ("2014", "2021"),
    ),
    "China generates nearly half": (
        WORLD, "1.1.2@Sample group", "members", "half", ("Total",), ("2023",),
    ),
    "coal is three quarters of India's": (
        WORLD, "1.1.1@IN", "makeup", "one", ("Coal",), ("2023",),
    ),
    "coal is four fifths of South Africa's": (
        WORLD, "1.1.1@ZA", "makeup", "one", ("Coal",), ("2023",),
    ),
    "gas and coal are nearly equal in Japan": (
        WORLD, "1.1.1@JP", "near equality", "", ("Gas", "Coal"), ("2023",),
    ),
    "gas is over four fifths of Egypt's": (
        WORLD, "1.1.1@EG", "makeup", "one", ("Gas",), ("2023",),
    ),
    "other renewables are half of Kenya's": (
        WORLD, "1.1.1@KE", "makeup", "one", ("Other renewables",), ("2023",),
    ),
    "wind is just above coal in Germany": (
        WORLD, "1.1.1@DE", "near equality", "", ("Wind", "Coal"), ("2023",),
    ),
    "France's carbon intensity is the lowest": (
        WORLD, "2.2.1@FR", "rank", "first", ("Electricity",), ("2023",),
    ),
    "China's emissions per head nearly tripled": (
        WORLD, "3.2.1@CN", "multiple", "nearly tripled", ("Total",), ("1990", "2010"),
    ),
    "Germany's emissions per head fell in every period": (
        WORLD, "3.2.1@DE", "streak", "all", ("Total",), ("1990", "2010"),
    ),
    "the UK's emissions per head fell in every period": (
        WORLD, "3.2.1@GB", "streak", "all", ("Total",), ("1990", "2010"),
    ),
    "US emissions per head peaked in 2000": (
        WORLD, "3.2.1@US", "turn", "peak", ("Total",), ("1990", "2000", "2010"),
    ),
}  # fmt: skip
"""Story → example, section, kind, form, subjects of its leading facts, periods."""


@pytest.fixture(scope="module")
def evidence() -> dict[tuple[str, str], Evidence]:
    """Evidence of all sections, by example and id."""
    found = {}
    for name in (EUROPE, WORLD):
        project = open_project(EXAMPLES / name)
        for spec in project.outline.sections_to_write:
            if spec.sub_task is not None:
                built = project.builder.build(spec.id, spec.sub_task, spec.place)
                found[name, spec.id] = built
    return found


@pytest.mark.parametrize("story", STORIES)
def test_story_is_found_where_it_belongs(
    story: str, evidence: dict[tuple[str, str], Evidence]
) -> None:
    """With its kind, subjects and periods, and a score that makes a headline."""
    example, section, kind, form, subjects, periods = STORIES[story]
    held = evidence[example, section]
    told = [
        f
        for f in held.findings
        if (f.kind, f.form) == (kind, form)
        and set(subjects) <= {held.by_id[one].subject for one in f.facts.values()}
        and set(f.periods) >= {periods[0], periods[-1]}
    ]
    assert told, [(f.kind, f.form, f.periods) for f in held.findings]
    assert max(f.score for f in told) > 30


def test_best_story_leads(evidence: dict[tuple[str, str], Evidence]) -> None:
    """Germany's section begins with wind and solar, coal, and the way back."""
    assert evidence[EUROPE, "1.1.1@DE"].findings[0].form == "fell back"


def test_first_means_the_lowest_where_it_says_so(
    evidence: dict[tuple[str, str], Evidence],
) -> None:
    """Direction tells from which end a rank is: the twelfth of twelve is the lowest."""
    held = evidence[WORLD, "2.2.1@FR"]
    rank = next(f for f in held.findings if f.kind == "rank")
    assert (rank.direction, held.by_id[rank.facts["rank"]].value) == ("down", 12)


def test_words_name_no_praise(evidence: dict[tuple[str, str], Evidence]) -> None:
    """Directions and forms say which way; none says that this is good."""
    told = {
        text
        for held in evidence.values()
        for f in held.findings
        for text in (f.form, f.direction, *f.words)
    }
    assert told.isdisjoint({"better", "worse", "best", "worst", "good", "bad", "improved"})
