"""``factbook diff``: what changed between two runs, on a terminal, as JSON, or as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from factbook.errors import ConfigError, StoppedError, printable
from factbook.evidence.references import NO_BREAK_SPACE
from factbook.runs.diff.models import Cause, Change, ReportDiff, RunInfo, SectionDiff, Side

MOST_NAMED = 5
"""How many facts, figures and cells are named; the rest is counted."""

_WIDTH = 80
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
        fail_on_change: Whether a change gives exit code 1.
    """
    from factbook.runs.diff.compare import compare  # it takes half a second to import

    errors = Console(stderr=True)
    try:
        diff = compare(old, new)
        if html is not None:
            _write_page(diff, html)
    except ConfigError as error:
        from flows.findings import print_findings

        print_findings(error.findings, errors)
        return 2
    except StoppedError as error:
        errors.print(f"Stopped: {error}.", markup=False, highlight=False, soft_wrap=True)
        return 3
    if as_json:
        print(diff.model_dump_json(indent=2))
    else:
        print_diff(diff, Console(), with_words=with_words)
        if html is not None:
            Console().print(str(html), soft_wrap=True, highlight=False, markup=False)
    return 1 if fail_on_change and not diff.is_empty else 0


def print_diff(diff: ReportDiff, console: Console, *, with_words: bool = False) -> None:
    """Print a difference so that it reads well at 80 columns.

    Sections whose text reads as before are listed at the end, without their causes' details.
    """
    shown = [s for s in diff.sections if not _reads_as_before(s)]
    others = [s for s in diff.sections if _reads_as_before(s)]
    _print(console, f"{diff.new.project}: {counts(diff)}", style="bold")
    for label, run in (("Old", diff.old), ("New", diff.new)):
        _print(console, f"{label}: {_run(run)}", 5)
    _print_totals(diff, console)
    _print_data(diff, console)
    for section in shown:
        console.print()
        _print_section(section, console, with_words=with_words)
    if others:
        console.print()
        _print(console, "Same text as before, though their inputs changed:", style="bold")
        for words, ids in _by_cause(others).items():
            _print(console, f"  {words}: {', '.join(ids)}", 4)


def counts(diff: ReportDiff) -> str:
    """How many sections are added, removed, changed, moved and unchanged, as a phrase."""
    others: tuple[Change, ...] = ("added", "removed", "moved")
    told = [f"{len(diff.of('changed'))} changed"]
    told += [f"{len(diff.of(change))} {change}" for change in others if diff.of(change)]
    return f"{', '.join(told)}, {diff.unchanged} unchanged"


def _print_totals(diff: ReportDiff, console: Console) -> None:
    """Checks and cost of both runs, where they differ."""
    if diff.old.checks != diff.new.checks:
        before, after = _verdicts(diff.old.checks), _verdicts(diff.new.checks)
        _print(console, f"Checks: {before} → {after}", 8)
    if diff.old.cost_usd != diff.new.cost_usd:
        _print(console, f"Cost: {diff.old.cost_usd:.2f} → {diff.new.cost_usd:.2f} USD", 6)


def _print_data(diff: ReportDiff, console: Console) -> None:
    if not diff.data:
        return
    console.print()
    _print(console, "Changed in the data", style="bold")
    for change in diff.data[:MOST_NAMED]:
        held = f"in {_count(len(change.sections), 'section')}"
        _print(console, f"  {change.fact}, {change.fact.source}, {held}", 4)
    _print_more(len(diff.data), console, "  ")


def _print_section(section: SectionDiff, console: Console, *, with_words: bool) -> None:
    names = ", ".join(part for part in (section.title, section.place) if part)
    _print(console, f"{section.section_id} {names}: {_what(section)}", 2, style="bold")
    for cause in section.causes:
        for line in _cause_lines(cause):
            _print(console, f"  {line}", 4)
    for figure in section.figures[:MOST_NAMED]:
        change = f"{figure.old or 'not in the text'} → {figure.new or 'not in the text'}"
        _print(console, f"  figure: {figure.about}: {change}", 4)
    _print_more(len(section.figures), console, "  figure: ")
    for line in _other_lines(section):
        _print(console, f"  {line}", 4)
    if with_words and section.is_text_changed:
        _print_words(section, console)


def _cause_lines(cause: Cause) -> Iterator[str]:
    if not cause.facts:
        yield cause.words
    for fact in cause.facts[:MOST_NAMED]:
        yield f"{cause.words}: {fact}"
    if len(cause.facts) > MOST_NAMED:
        yield f"{cause.words}: and {len(cause.facts) - MOST_NAMED:,} more"


def _other_lines(section: SectionDiff) -> Iterator[str]:
    """Checks, marks and cost, where they differ between the runs that both have the section."""
    old, new = section.old, section.new
    if old is None or new is None:
        return
    if old.checks != new.checks:
        yield f"checks: {_verdicts(old.checks)} → {_verdicts(new.checks)}"
    for mark in new.marks:
        if mark not in old.marks:
            yield f"marked: {mark}"
    if old.cost_usd != new.cost_usd:
        yield f"cost: {old.cost_usd:.4f} → {new.cost_usd:.4f} USD"


def _print_words(section: SectionDiff, console: Console) -> None:
    """The text word by word; without colours what is gone and new stands in brackets."""
    from factbook.runs.diff.words import word_diff

    none = Side(status="")
    old, new = section.old or none, section.new or none
    for before, after in ((old.text, new.text), (old.summary, new.summary)):
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


def _by_cause(sections: Iterable[SectionDiff]) -> Mapping[str, list[str]]:
    """Causes in short → ids of the sections that have them, for those that read as before."""
    found: dict[str, list[str]] = {}
    for section in sections:
        kinds = dict.fromkeys(
            cause.words.split(" ")[0] if cause.part.startswith("upstream.") else cause.words
            for cause in section.causes
        )
        found.setdefault(", ".join(kinds) or section.change, []).append(section.section_id)
    return found


def _what(section: SectionDiff) -> str:
    if section.old_id and section.old_id != section.section_id:
        return f"moved from {section.old_id}"
    return (
        "changed and moved" if section.change == "changed" and section.is_moved else section.change
    )


def _reads_as_before(section: SectionDiff) -> bool:
    """Whether only what it is made from has changed."""
    sides = [side.status if side else "" for side in (section.old, section.new)]
    return not (section.is_text_changed or section.is_moved or sides[0] != sides[1])


def _run(run: RunInfo) -> str:
    finished = f"finished {run.finished[:16].replace('T', ' ')} UTC" if run.finished else ""
    return ", ".join(part for part in (run.folder, finished, run.state) if part)


def _verdicts(checks: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {verdict}" for verdict, number in checks.items()) or "none"


def _print_more(number: int, console: Console, before: str) -> None:
    if number > MOST_NAMED:
        _print(console, f"{before}and {number - MOST_NAMED:,} more")


def _print(console: Console, text: str, indent: int = 0, *, style: str = "") -> None:
    """Print a line, wrapped between words, lines after its first further in."""
    shown = printable(text.replace(NO_BREAK_SPACE, " "))
    start = len(shown) - len(shown.lstrip(" "))
    _print_wrapped(Text(shown.lstrip(" "), style), console, start, max(indent, start))


def _print_wrapped(text: Text, console: Console, start: int, indent: int) -> None:
    width = max(_width(console) - max(indent, start), 20)
    for number, line in enumerate(text.wrap(console, width)):
        line.rstrip()
        if line:
            line.pad_left(indent if number else start)
        console.print(line, soft_wrap=True, highlight=False)


def _width(console: Console) -> int:
    return console.width if console.is_terminal else _WIDTH


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _write_page(diff: ReportDiff, path: Path) -> None:
    """Write the page for an editor.

    Raises:
        StoppedError: It cannot be written.
    """
    from factbook.runs.diff.page import to_page
    from factbook.runs.folder import write_atomically

    write_atomically(path, to_page(diff))
