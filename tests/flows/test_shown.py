"""What a server that stays is shown of a run's end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from factbook.runs.manifest import Outcome
from flows.shown.artifacts import artifact_key
from flows.shown.ending import CHANGES_SHOWN, cost_rows, summary

DONE = Outcome("Completed", 0, "2 sections written")


def manifest(title: str = "Wind") -> dict[str, Any]:
    """As much of a ``run.json`` as the summary tells."""
    sections = {
        f"1.1.{n}@AT": {"chapter": "1", "title": title, "place": "Austria", "status": status}
        for n, status in ((1, "written"), (2, "degraded"))
    }
    totals = {"made": 3, "cached": 1, "cost_usd": 0.25}
    return {
        "project": "A *bold* report",
        "sections": sections,
        "checks": {"supported": 7},
        "calls": {"made": 9, "cached": 1, "cost_usd": 1.5, "this_run": totals},
        "times": {"elapsed_seconds": 2.0, "sequential_seconds": 40.0},
        "files": ["a report.html", "run.json"],
    }


def shown(title: str = "Wind", changed: tuple[str, ...] | None = (), **links: str) -> str:
    """The summary as Markdown."""
    return "\n".join(summary(manifest(title), DONE, Path("/srv/out/a"), changed, links))


def test_summary_counts_sections_calls_and_cost() -> None:
    """By chapter and status, of this run and in all."""
    text = shown()
    assert "**Completed**: 2 sections written" in text
    assert "| chapter | sections | degraded | written |" in text
    assert "| 1 | 2 | 1 | 1 |" in text
    assert "3 made, 1 from the call store" in text
    assert "0.25 USD in this run, 1.50 USD in all" in text
    assert "2.0 s instead of 40.0 s" in text


def test_summary_names_what_changed() -> None:
    """Some by title and place, the rest counted; a first run has nothing to be compared with."""
    many = tuple(f"9.9.{n}@AT" for n in range(CHANGES_SHOWN + 2))
    assert "- 1.1.1@AT Wind, Austria" in shown(changed=("1.1.1@AT",))
    assert "- 9.9.0@AT removed" in shown(changed=many)
    assert "- and 2 more" in shown(changed=many)
    assert "No text has changed" in shown(changed=())
    assert "No run has finished here before" in shown(changed=None)


def test_text_of_a_project_is_no_markup() -> None:
    """Titles and names come out as they are, whatever they hold."""
    hostile = "<script>x</script> [a](javascript:x) | *b*"
    page = (
        MarkdownIt("commonmark")
        .enable("table")
        .render(
            shown(hostile, changed=("1.1.1@AT",), **{"a report.html": "https://example.org/a%20b"})
        )
    )
    assert "<script>" not in page
    assert 'href="javascript' not in page
    assert "A *bold* report" in page
    assert '<a href="https://example.org/a%20b">a report.html</a>' in page
    assert "<li>run.json</li>" in page


def test_cost_has_a_row_a_model() -> None:
    """A run without calls has none."""
    calls = {"by_model": {"gpt-5": {"made": 2}, "gpt-5-mini": {"made": 1}}}
    assert cost_rows(calls) == [{"model": "gpt-5", "made": 2}, {"model": "gpt-5-mini", "made": 1}]
    assert cost_rows({}) == []


def test_key_of_an_artifact_is_one_that_a_server_takes() -> None:
    """Lower-case letters, digits and dashes alone."""
    assert artifact_key("a-report", "objective_1.results csv") == "a-report-objective-1-results-csv"
