"""``factbook run --dry-run``: what a run would write and why, and what that would cost."""

from __future__ import annotations

from rich.console import Console

from factbook.cli.boundary import exit_code_of, print_json
from factbook.cli.console import PlainConsole, say
from factbook.cli.diff import print_data, print_titles
from factbook.cli.findings import print_findings
from factbook.cli.forecast_table import print_forecast
from factbook.config.settings import Settings
from factbook.data.cleaning import plural
from factbook.runs.opening import project_of
from factbook.runs.plan import Action, Plan, make_plan
from factbook.runs.ref import RunRef

IDS_SHOWN = 6
"""Sections of one cause that are named; further ones are counted."""

_ACTIONS: dict[Action, str] = {
    "new": "new",
    "changed": "changed",
    "again": "tried again",
    "unchanged": "unchanged",
}


def show_plan(ref: RunRef, *, as_json: bool, is_verbose: bool) -> int:
    """Print what a run would write, and return the exit code. Nothing is written or called.

    Args:
        ref: The run.
        as_json: Whether to print JSON for machines.
        is_verbose: Whether to print each section with its causes.
    """

    def work() -> int:
        opened = project_of(ref)
        plan = make_plan(ref, opened, Settings())
        if as_json:
            found = [finding.model_dump(mode="json") for finding in opened.findings]
            print_json({"ok": True, "findings": found, **plan.as_json()})
            return 0
        print_findings(opened.findings, PlainConsole(stderr=True))
        console = PlainConsole()
        print_plan(plan, console, is_verbose=is_verbose)
        if opened.config.provider_in_use != "offline":
            print_forecast(plan.forecast, opened.config, console)
        return 0

    return exit_code_of(work, consequence="A run would write nothing", as_json=as_json)


def print_plan(plan: Plan, console: Console, *, is_verbose: bool = False) -> None:
    """Print what was changed, then the sections that a run would write, by what makes them so.

    Args:
        plan: The plan.
        console: Where to print.
        is_verbose: Whether to print each section with its causes.
    """
    print_data(plan.data, console)
    print_titles(plan.titles, console)
    if plan.data or plan.titles:
        console.print()
    if is_verbose:
        for section in plan.to_write:
            why = f" ({'; '.join(section.causes)})" if section.causes else ""
            _say(console, f"{_ACTIONS[section.action]}: {section.section_id}{why}")
    else:
        for what, ids in _by_cause(plan).items():
            more = f" and {len(ids) - IDS_SHOWN:,} more" if len(ids) > IDS_SHOWN else ""
            _say(console, f"{what}: {', '.join(ids[:IDS_SHOWN])}{more}")
    sections = ", ".join(f"{plan.counts[action]:,} {name}" for action, name in _ACTIONS.items())
    _say(console, f"{plural(len(plan.sections), 'section')}: {sections}. Nothing was written.")


def _by_cause(plan: Plan) -> dict[str, list[str]]:
    """What is done and why → ids; a section with two causes stands under both."""
    found: dict[str, list[str]] = {}
    for action, name in _ACTIONS.items():
        for section in plan.to_write:
            if section.action == action:
                for group in section.groups or ("",):
                    what = f"{name} ({group})" if group else name
                    found.setdefault(what, []).append(section.section_id)
    return found


def _say(console: Console, text: str) -> None:
    """Print a sentence: wrapped on a terminal, else on one line."""
    say(console, text, is_wrapped=console.is_terminal)
