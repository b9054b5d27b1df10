"""The draft's prompt sheet: a chapter a measure, or a few when there are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factbook.data.cleaning import listing
from factbook.findings.field import FEWEST_OF_A_RANK
from factbook.init.guess import Guess
from factbook.init.measures import DraftMeasure
from factbook.init.units import capitalised
from factbook.sheet.layout import LAYOUTS
from factbook.writing.offline.words import place_name

Rows = list[list[str]]

MOST_CHAPTERS = 12
"""Measures of which each has a chapter; more are gathered."""

MOST_MEASURES = 24
"""Measures that the draft tells, those with most figures."""

_TASKS_A_CHAPTER = 6
_MOST_CATEGORIES = 500
_LONGEST_TITLE = 200

_AIM = "A"
_NOTE_SHEET = "How_to"
"""A sheet whose name has a ``_`` is a note and not read."""


@dataclass(frozen=True, slots=True)
class DraftSheet:
    """A prompt sheet.

    Attributes:
        rows: Sheet → its rows, the first of which has the headings.
        choices: Heading → what its cells offer to choose from.
    """

    rows: Mapping[str, Rows]
    choices: Mapping[str, Sequence[str]]


class _Rows:
    """Rows of the sheets, by the names of their columns."""

    def __init__(self) -> None:
        self._cells: dict[str, list[Mapping[str, str]]] = {layout.name: [] for layout in LAYOUTS}

    def add(self, sheet: str, cells: Mapping[str, str]) -> None:
        """Append a row; its other cells stay empty."""
        self._cells[sheet].append(cells)

    def sheets(self) -> dict[str, Rows]:
        """The sheets that are needed or have rows, in their order, each with its headings."""
        return {
            layout.name: [
                list(layout.columns),
                *([cells.get(name, "") for name in layout.columns]
                  for cells in self._cells[layout.name]),
            ]
            for layout in LAYOUTS
            if layout.required or self._cells[layout.name]
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Chapter:
    title: str
    measures: tuple[DraftMeasure, ...]


def told_measures(
    measures: Sequence[DraftMeasure],
) -> tuple[tuple[DraftMeasure, ...], tuple[DraftMeasure, ...]]:
    """The measures to tell, in their order, and those that are too many."""
    ranked = sorted(measures, key=lambda one: -one.figures)[:MOST_MEASURES]
    told = tuple(one for one in measures if one in ranked)
    return told, tuple(one for one in measures if one not in ranked)


def draft_sheet(
    project_name: str,
    region: str,
    guesses: Sequence[Guess],
    told: Sequence[DraftMeasure],
    left_out: Sequence[DraftMeasure],
) -> DraftSheet:
    """The sheets of the workbook.

    Args:
        project_name: Name of the report.
        region: Name of the region.
        guesses: The tables.
        told: The measures that get sections.
        left_out: Those that do not, for the notes.
    """
    chapters = _chapters(told)
    rows = _Rows()
    rows.add("Read me", {"Project Name": project_name, "Context": _context(guesses)})
    rows.add("Aims", {"ID": _AIM, "Title": "Show what the figures say",
                      "Description": "Levels, changes and differences."})  # fmt: skip
    for number, chapter in enumerate(chapters, start=1):
        _add_chapter(rows, str(number), chapter, region, guesses)
    categories = dict.fromkeys(category for one in told for category in one.categories)
    for category in list(categories)[:_MOST_CATEGORIES]:
        rows.add("All Categories", {"category_name": category})
    kept = rows.sheets()
    kept[_NOTE_SHEET] = _notes(region, told, left_out)
    tables = [guess.name for guess in guesses]
    levels = ["country", *([region] if any(one.has_region for one in told) else [])]
    lengths = dict.fromkeys(one.frequency.capitalize() for one in told)
    choices = {
        "Input": [*tables, "Text only"],
        "Geographic Level": levels,
        "Image": tables,
        "Period_type": list(lengths),
    }
    return DraftSheet(kept, choices)


def _chapters(told: Sequence[DraftMeasure]) -> list[_Chapter]:
    if len(told) <= MOST_CHAPTERS:
        return [_Chapter(one.name, (one,)) for one in told]
    found = []
    for table in dict.fromkeys(one.table for one in told):
        own = [one for one in told if one.table == table]
        for at in range(0, len(own), _TASKS_A_CHAPTER):
            part = tuple(own[at : at + _TASKS_A_CHAPTER])
            found.append(_Chapter(_joined([one.name for one in part]), part))
    return found


def _joined(names: Sequence[str]) -> str:
    """A title of several measures; the first ones, where all are too long."""
    title = listing(names, 3)
    return title if len(title) <= _LONGEST_TITLE else f"{names[0]} and {len(names) - 1} more"


def _add_chapter(
    rows: _Rows, number: str, chapter: _Chapter, region: str, guesses: Sequence[Guess]
) -> None:
    rows.add("Objectives", {
        "ID": number, "Aim ID": _AIM, "Title": capitalised(chapter.title),
        "Description": f"What the figures say of {_joined([m.name for m in chapter.measures])}.",
    })  # fmt: skip
    for at, one in enumerate(chapter.measures, start=1):
        task = f"{number}.{at}"
        name, title = capitalised(one.name), f"{capitalised(one.name)}{_by(one, guesses)}"
        rows.add("Tasks", {"ID": task, "Objective ID": number, "Title": name,
                           "Description": f"{title}, by place and period."})  # fmt: skip
        _add_section(rows, f"{task}.1", task, one, title, "country", _of_places(one))
        if one.has_region:
            title = f"{title} in {_in(region)}"
            _add_section(rows, f"{task}.2", task, one, title, region, _of_region(one))


def _add_section(
    rows: _Rows, section: str, task: str, one: DraftMeasure, title: str, level: str, text: str
) -> None:
    rows.add("Sub Tasks", {
        "ID": section, "Task_section_id": task, "Task Header": capitalised(one.name),
        "Title": title, "Description": text, "Input": one.table, "Geographic Level": level,
    })  # fmt: skip
    rows.add("Default Charts", {
        "sub_task_id": section, "Description": title, "Image": one.table,
        "property_list": one.name, "category_list": "-", "sub_task_header": title,
        "Period_type": one.frequency.capitalize(),
    })  # fmt: skip


def _in(region: str) -> str:
    """A region's name inside a title."""
    return place_name(region, region=True).name


def _by(one: DraftMeasure, guesses: Sequence[Guess]) -> str:
    """`` by fuel``, where the measure has categories and their column has a plain heading."""
    if not one.categories:
        return ""
    heading = next((guess.category for guess in guesses if guess.name == one.table), "")
    plain = heading.replace("_", " ").strip()
    is_word = plain.replace(" ", "").isalpha() and 2 < len(plain) < 30
    return (
        f" by {plain.lower()}" if is_word and not heading.startswith("header") else " by category"
    )


def _of_places(one: DraftMeasure) -> str:
    text = "Say how high it is in the last period and how it has changed since the first."
    if one.places > FEWEST_OF_A_RANK and all(m.over_places != "sum" for m in one.measures):
        text += " Say where the place stands among the others."
    if one.categories and one.adds_categories:
        text += " Name the largest categories with their shares."
    elif one.categories:
        text += " Compare the categories."
    return text


def _of_region(one: DraftMeasure) -> str:
    text = "Say how high it is in all and how it has changed."
    if one.places > FEWEST_OF_A_RANK:
        text += " Say which places have most and least."
    return text + (" Name the largest categories." if one.categories else "")


def _context(guesses: Sequence[Guess]) -> str:
    tables = listing((guess.opened.title or guess.opened.path.name for guess in guesses), 8)
    return f"A draft made from tables: {tables}. Say here what the report is for and who reads it."


def _notes(region: str, told: Sequence[DraftMeasure], left_out: Sequence[DraftMeasure]) -> Rows:
    rows: Rows = [
        ["Notes", "Sheets whose name contains _ are notes like this one: they are never read."],
        ["Objectives", "A row is a chapter. Its Title is the heading."],
        ["Tasks", "A row is a part of a chapter; its ID begins with the chapter's."],
        ["Sub Tasks", "A row becomes a section for each place (Geographic Level: country), or one "
         f"for {region}. Description says what the section is to tell. Input names a table of "
         "project.toml."],
        ["Default Charts", "Which figures a section is about: property_list names measures, "
         "category_list categories, divided by commas; - means all. Period_type says whether years "
         "are told or shorter periods."],
        ["All Categories", "Give categories a group, and each group gets totals and shares."],
        ["More sheets", "Text Guidelines (length and manner of a section), External Search, Cross "
         "Reference: see the documentation of the sheet."],
    ]  # fmt: skip
    for one in told:
        if not one.has_region:
            why = "; ".join(one.measures[0].reasons) or "nothing is known of it"
            rows.append([one.name, f"No section for {region}: {why}."])
    for one in left_out:
        rows.append([one.name, f"Measure of {one.table} without a chapter: there are too many."])
    return rows
