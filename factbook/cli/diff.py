"""``factbook diff``: what changed between two runs, on a terminal, as JSON, or as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from factbook.cli.boundary import exit_code_of, print_json
from factbook.cli.console import PlainConsole
from factbook.diff.changes import (
    IN_DATA,
    Cause,
    Change,
    DataChange,
    InputChange,
    ReportDiff,
    RunInfo,
    SectionDiff,
    Side,
    TitleChange,
)
from factbook.errors import printable
from factbook.evidence.references import NO_BREAK_SPACE

MOST_CELLS = 20
"""How many cells and titles are named; the rest is counted, as it is of the next two."""
MOST_FACTS = 3
MOST_FIGURES = 2

_STYLES = {"old": "red strike", "new": "green", "both": ""}


def show_diff(
    old: Path,
    new: Path,
    *,
    as_json: bool,
    with_words: bool,
    html: Path | None,
    fail_on_change: bool,
) -> int:
    """Print what changed between two runs; return the exit code.

    Args:
        old: Run folder of the earlier run.
        new: Run folder of the later run.
        as_json: Whether to print JSON for machines.
        with_words: Whether to show the texts word by word.
        html: Where to write a page for an editor; None for nowhere.
        fail_on_change: Whether a text or title that reads otherwise gives exit code 1.
    """
    from factbook.diff.compare import compare  # it takes half a second to import

    def work() -> int:
        diff = compare(old, new)
        if html is not None:
            _write_page(diff, html)
        if as_json:
            print_json({"ok": True, **diff.model_dump(mode="json")})
        else:
            print_diff(diff, PlainConsole(), with_words=with_words)
            if html is not None:
                PlainConsole().print(str(html), soft_wrap=True, highlight=False, markup=False)
        return 1 if fail_on_change and diff.reads_otherwise else 0

    return exit_code_of(work, as_json=as_json)


def print_diff(diff: ReportDiff, console: Console, *, with_words: bool = False) -> None:
    """Print a difference: what was changed, then the sections, chapter by chapter, in few lines.

    Sections whose text reads as before are listed at the end. On a terminal lines are wrapped.
    """
    _print(console, f"{diff.new.project}: {counts(diff)}", style="bold")
    for label, run in (("Old", diff.old), ("New", diff.new)):
        _print(console, f"{label}: {_run(run)}", 5)
    _print_totals(diff, console)
    print_inputs(diff.inputs, console)
    print_data(diff.data, console)
    print_titles(diff.titles, console)
    for chapter, sections in diff.by_chapter.items():
        shown = [section for section in sections if not section.reads_as_before]
        if shown:
            console.print()
            _print(console, f"Chapter {chapter}", style="bold")
        for section in shown:
            _print_section(section, console, with_words=with_words)
    if diff.same_by_cause:
        console.print()
        _print(console, "Same text as before, though their inputs changed", style="bold")
        for words, ids in diff.same_by_cause.items():
            _print(console, f"  {words}: {', '.join(ids)}", 4)


def counts(diff: ReportDiff) -> str:
    """How many sections are added, removed, changed, moved and unchanged, as a phrase."""
    others: tuple[Change, ...] = ("added", "removed", "moved")
    shown = [f"{len(diff.of('changed'))} changed"]
    shown += [f"{len(diff.of(change))} {change}" for change in others if diff.of(change)]
    return f"{', '.join(shown)}, {diff.unchanged} unchanged"


def _print_totals(diff: ReportDiff, console: Console) -> None:
    """Checks and cost of both runs, where they differ."""
    if diff.old.checks != diff.new.checks:
        before, after = _verdicts(diff.old.checks), _verdicts(diff.new.checks)
        _print(console, f"Checks: {before} → {after}", 8)
    costs = [f"{run.cost_usd:.4f}" for run in (diff.old, diff.new)]
    if costs[0] != costs[1]:
        said = f"Cost: {costs[0]} → {costs[1]} USD, what each of the two runs paid"
        _print(console, f"{said}, including interrupted runs before it", 6)


def print_inputs(inputs: Sequence[InputChange], console: Console) -> None:
    """Print which files of the data differ, and how."""
    if inputs:
        console.print()
        _print(console, "Changed inputs", style="bold")
    for change in inputs[:MOST_CELLS]:
        _print(console, f"  {change}", 4)
    if len(inputs) > MOST_CELLS:
        _print(console, f"  and {len(inputs) - MOST_CELLS:,} more")


def print_data(data: Sequence[DataChange], console: Console) -> None:
    """Print what differs in the data, each value with its rows."""
    if data:
        console.print()
        _print(console, "Changed in the data", style="bold")
    for change in data[:MOST_CELLS]:
        source = f", {change.fact.source}" if change.fact.source else ""
        held = f"in {_count(len(change.sections), 'section')}"
        _print(console, f"  {change.fact}{source}, {held}", 4)
    if len(data) > MOST_CELLS:
        _print(console, f"  and {len(data) - MOST_CELLS:,} more")


def print_titles(titles: Sequence[TitleChange], console: Console) -> None:
    """Print the titles that readers see otherwise."""
    if titles:
        console.print()
        _print(console, "Changed titles", style="bold")
    for title in titles[:MOST_CELLS]:
        _print(console, f"  {title.id} {title}", 4)
    if len(titles) > MOST_CELLS:
        _print(console, f"  and {len(titles) - MOST_CELLS:,} more")


def _print_section(section: SectionDiff, console: Console, *, with_words: bool) -> None:
    """A line of what it is, one a cause, one of the figures of its text."""
    names = ", ".join(part for part in (section.title, section.place) if part)
    _print(console, f"{section.section_id} {names}: {_what(section)}", 2, style="bold")
    for cause in section.causes:
        _print(console, f"  {cause_in_words(cause)}", 4)
    if section.figures:
        shown = "; ".join(str(figure) for figure in section.figures[:MOST_FIGURES])
        more = len(section.figures) - MOST_FIGURES
        _print(console, f"  text: {shown}" + (f"; and {more:,} more" if more > 0 else ""), 4)
    for line in _other_lines(section):
        _print(console, f"  {line}", 4)
    if with_words and section.is_text_changed:
        _print_words(section, console)


def cause_in_words(cause: Cause) -> str:
    """A cause with the first of its facts, cells of the data before all others."""
    if not cause.facts:
        return cause.words
    cells = [fact for fact in cause.facts if fact.is_cell and fact.delta in IN_DATA]
    shown = (cells or cause.facts)[: MOST_FACTS if cells else 1]
    more = len(cause.facts) - len(shown)
    others = f"; and {_count(more, 'more fact')}" if more > 0 else ""
    return f"{cause.words}: {'; '.join(fact.brief for fact in shown)}{others}"


def _other_lines(section: SectionDiff) -> Iterator[str]:
    """Checks and marks, where they differ between the runs that both have the section."""
    old, new = section.old, section.new
    if old is None or new is None:
        return
    if old.checks != new.checks:
        yield f"checks: {_verdicts(old.checks)} → {_verdicts(new.checks)}"
    for mark in new.marks:
        if mark not in old.marks:
            yield f"marked: {mark}"


def _print_words(section: SectionDiff, console: Console) -> None:
    """The text word by word; without colours removed and new words are in brackets."""
    from factbook.diff.word_diff import word_diff

    none = Side(status="")
    old, new = section.old or none, section.new or none
    for before, after in zip(old.texts, new.texts, strict=True):
        text = Text()
        for piece in word_diff(before, after):
            said = piece.text.replace(NO_BREAK_SPACE, " ")
            words = said.rstrip(" \n")
            text.append(_marked(words, piece.side, console), _STYLES[piece.side])
            text.append(said[len(words) :])
        for paragraph in text.split("\n") if text else ():
            _print_wrapped(paragraph, console, 4, 4)


def _marked(words: str, side: str, console: Console) -> str:
    """Words without what a terminal must not see, in brackets where there are no colours."""
    brackets = {"old": ("[-", "-]"), "new": ("{+", "+}")}
    before, after = ("", "") if console.is_terminal else brackets.get(side, ("", ""))
    lines = [printable(line) for line in words.split("\n")]
    return "\n".join(f"{before}{line}{after}" if line.strip() else line for line in lines)


def _what(section: SectionDiff) -> str:
    if section.old_id and section.old_id != section.section_id:
        return f"moved from {section.old_id}"
    return (
        "changed and moved" if section.change == "changed" and section.is_moved else section.change
    )


def _run(run: RunInfo) -> str:
    finished = f"finished {run.finished[:16].replace('T', ' ')} UTC" if run.finished else ""
    return ", ".join(part for part in (run.folder, finished, run.state) if part)


def _verdicts(checks: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {verdict}" for verdict, number in checks.items()) or "none"


def _print(console: Console, text: str, indent: int = 0, *, style: str = "") -> None:
    """Print a line; where it is wrapped, lines after its first stand further in."""
    shown = printable(text.replace(NO_BREAK_SPACE, " "))
    start = len(shown) - len(shown.lstrip(" "))
    _print_wrapped(Text(shown.lstrip(" "), style), console, start, max(indent, start))


def _print_wrapped(text: Text, console: Console, start: int, indent: int) -> None:
    """Print a text: wrapped on a terminal, else on one line, so that it can be searched."""
    if not console.is_terminal:
        text.pad_left(start)
        console.print(text, soft_wrap=True, highlight=False)
        return
    width = max(console.width - max(indent, start), 20)
    for number, line in enumerate(text.wrap(console, width)):
        line.rstrip()
        if line:
            line.pad_left(indent if number else start)
        console.print(line, soft_wrap=True, highlight=False)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _write_page(diff: ReportDiff, path: Path) -> None:
    """Write the page for an editor.

    Raises:
        StoppedError: It cannot be written.
    """
    from factbook.diff.page import to_page
    from factbook.files.atomic import write_atomically

    write_atomically(path.parent.resolve() / path.name, to_page(diff))
