"""The short README of a draft: what was made of which tables, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from factbook.data.cleaning import listing, plural
from factbook.data.series import Place
from factbook.init.guess import Guess
from factbook.init.places import PlacePlan


def readme(
    name: str,
    guesses: Sequence[Guess],
    files: Mapping[str, str],
    plan: PlacePlan,
    told: Sequence[Place],
    others: Sequence[Place],
) -> str:
    """The text of README.md."""
    return "\n".join(_lines(name, guesses, files, plan, told, others)) + "\n"


def _lines(
    name: str,
    guesses: Sequence[Guess],
    files: Mapping[str, str],
    plan: PlacePlan,
    told: Sequence[Place],
    others: Sequence[Place],
) -> Iterator[str]:
    yield f"# {_plain(name)}"
    yield ""
    yield "A draft of a report, made from tables by `factbook init`. Its guesses stand in"
    yield "`project.toml`, each with its reason; its chapters in `prompt_sheet.xlsx`."
    yield ""
    yield "| table | file | origin |"
    yield "|---|---|---|"
    for guess in guesses:
        origin = guess.opened.title or guess.opened.path.name
        yield f"| {guess.name} | {files[guess.name]} | {_plain(origin)} |"
    yield ""
    names = listing((_plain(place.name) for place in told), 12)
    yield f"Sections for {plural(len(told), 'place')} ({names})"
    rest = f"; {plural(len(others), 'other place')} count in sums and ranks" if others else ""
    yield f"and for {_plain(plan.region)} where figures add up{rest}."
    yield ""
    yield "1. Correct `project.toml`: names, units, places."
    yield "2. Correct `prompt_sheet.xlsx`: titles, what each section is to tell."
    yield "3. `factbook check .` says what does not fit; `factbook run .` writes the report."


def _plain(text: str) -> str:
    """A text of a table inside Markdown."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return "".join(f"\\{letter}" if letter in "\\`*_[]|<>#" else letter for letter in shown)
