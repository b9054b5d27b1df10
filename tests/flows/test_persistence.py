"""What Prefect keeps of results: nothing."""

from __future__ import annotations

import pytest

from flows.chapter import chapter, write_chapter
from flows.check import check_project
from flows.report import generate_report
from flows.sections import export_report, write_section

ALL = (generate_report, chapter, check_project, write_chapter, write_section, export_report)


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{type(one).__name__} {one.name}")
def test_no_result_is_persisted(one: object) -> None:
    """Whatever an operator sets for other flows: a stored result chooses how it is loaded."""
    assert getattr(one, "persist_result") is False  # noqa: B009 - of a flow or a task
