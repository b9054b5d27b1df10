"""What the offline writer reads of a job: a content key made of it is as wide as the text."""

from __future__ import annotations

from typing import Any

import pytest

from factbook.writing.job import Neighbour, SearchTopic, SectionJob, Shape, Upstream
from factbook.writing.offline import OfflineWriter
from factbook.writing.offline.excerpt import as_read

from .test_offline import MIX
from .worlds import job_of, report_of, rows_of

FEW, MANY = (tuple(f"Title {number}" for number in range(count)) for count in (2, 6))


def upstream(**others: Any) -> tuple[Upstream, ...]:
    """A section that another follows on from."""
    return (Upstream(**({"section_id": "1.1.2@AT", "title": "Oil", "text": "Much."} | others)),)


MIXED = report_of(rows_of(MIX)).evidence()
NOTHING = MIXED.model_copy(update={"facts": (), "findings": (), "gaps": ()})
UPSTREAM, MISSING = upstream(), upstream(text="", missing="failed")


def text(of: SectionJob) -> str:
    """The source text."""
    return OfflineWriter().write(of).source_text


@pytest.mark.parametrize(
    ("of", "change", "counts"),
    [
        ({}, {"title": "Other"}, False),
        ({"facts": False}, {"title": "Other"}, True),
        ({}, {"chapter_title": "Other"}, False),
        ({"facts": False, "title": "", "task_title": ""}, {"chapter_title": "Other"}, True),
        ({"facts": False}, {"chapter_title": "Other"}, False),
        ({}, {"task_title": "Other"}, False),
        ({}, {"description": "Other"}, False),
        ({}, {"guidelines": "Other"}, False),
        ({}, {"research_notes": "Other"}, False),
        ({}, {"style_examples": ("Other",)}, False),
        ({}, {"notes": ("Other",)}, False),
        ({}, {"editor_note": "Other"}, False),
        ({}, {"tone": {"purpose": "Other"}}, False),
        ({}, {"context": "Other"}, False),
        ({}, {"outline": "Other"}, False),
        ({}, {"neighbours": (Neighbour(title="Other"),)}, False),
        ({}, {"searches": (SearchTopic(prompt="Other"),)}, False),
        ({}, {"shape": Shape(max_words=60)}, True),
        ({}, {"section_id": "1.1.31@AT"}, True),
        ({"upstream": UPSTREAM}, {"upstream": upstream(text="Little.")}, False),
        ({"upstream": UPSTREAM}, {"upstream": upstream(title="Gas")}, True),
        ({"upstream": UPSTREAM}, {"upstream": MISSING}, True),
        ({"upstream": MISSING}, {"upstream": upstream(text="", missing="refused")}, False),
        ({"kind": "introduction", "covered": FEW}, {"covered": FEW[::-1]}, True),
        ({"kind": "introduction"}, {"title": "Other"}, True),
        ({"kind": "introduction", "covered": MANY}, {"covered": (*MANY[:5], "Other")}, False),
        ({"kind": "introduction", "covered": MANY}, {"covered": ("Other", *MANY[1:])}, True),
        ({"kind": "summary", "covered": FEW}, {"covered": ("Other", *FEW)}, True),
        ({"kind": "summary", "covered": FEW}, {"title": "Other"}, False),
        ({"kind": "summary", "covered": FEW, "facts": False}, {"title": "Other"}, False),
        ({"kind": "conclusion", "covered": FEW}, {"covered": ("Other", *FEW)}, True),
        ({"kind": "conclusion", "covered": FEW}, {"upstream": UPSTREAM}, False),
        ({"kind": "conclusion", "covered": FEW}, {"upstream": MISSING}, True),
        ({"kind": "conclusion", "covered": MANY}, {"covered": ("Other", *MANY)}, False),
        ({"kind": "conclusion", "covered": MANY, "facts": False}, {"covered": MANY[::-1]}, True),
        ({"kind": "conclusion", "covered": FEW}, {"covered": MANY}, True),
    ],
)  # fmt: skip
def test_what_is_read_changes_just_when_the_text_does(
    of: dict[str, Any], change: dict[str, Any], counts: bool
) -> None:
    """Neither is a section written anew for nothing, nor left as it was though it would differ."""
    of = dict(of)
    one = job_of(MIXED if of.pop("facts", True) else NOTHING).model_copy(
        update={"title": "Power", **of}
    )
    other = one.model_copy(update=change)
    assert (as_read(one) != as_read(other)) is counts
    assert (text(one) != text(other)) is counts


def test_reading_twice_is_reading_once() -> None:
    """So that the writer may be given a job as it is, or as it reads it."""
    one = job_of(MIXED, kind="conclusion").model_copy(update={"covered": MANY})
    assert as_read(as_read(one)) == as_read(one)
    assert text(as_read(one)) == text(one)
