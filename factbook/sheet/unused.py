"""What a prompt sheet says without any effect, or twice: a warning for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches
from itertools import chain
from typing import TypeVar

from factbook.errors import Finding
from factbook.sheet.cell_reader import trim
from factbook.sheet.models import Category, PromptSheet, Row

TEXT_SOURCES = ("Internet Search", "LLM Call")

_COMPARED_IDS = 20  # finding the nearest of thousands of ids takes milliseconds each
_NUMERIC_ID = re.compile(r"\d+(\.\d+)*\.?")
_ONE_WORD = re.compile(r"(?=\D*\d)[^\s,;]{2,40}")
_WORDS = re.compile(r"[^\s,;]+")
_MOST_WORDS = 8  # of a Copy that names a sub-task; an example of style is longer

AnyRow = TypeVar("AnyRow", bound=Row)
Key = TypeVar("Key", bound=Hashable)


def unused(sheet: PromptSheet, *, file: str) -> tuple[Finding, ...]:
    """Titles, searches, categories that stand twice, lists without effect, ids inside a text.

    Args:
        sheet: The prompt sheet.
        file: The file as its user named it.
    """
    return tuple(
        chain(
            _duplicate_titles(sheet, file),
            _duplicate_searches(sheet, file),
            _lists_of_text_searches(sheet, file),
            _hidden_references(sheet, file),
            _duplicate_categories(sheet, file),
        )
    )


def _duplicate_titles(sheet: PromptSheet, file: str) -> Iterator[Finding]:
    """Sub-tasks of one task with one title: readers could not tell their sections apart."""
    titled = (sub_task for sub_task in sheet.sub_tasks if sub_task.title and sub_task.task_id)
    for (task_id, _), found in _grouped(titled, lambda s: (s.task_id, s.title.casefold())):
        if len(found) > 1:
            yield _warning(
                "duplicate-title",
                f"{len(found)} sub-tasks of task '{task_id}' have the title '{found[0].title}'",
                file,
                "Sub Tasks",
                sheet.cells("Sub Tasks", "Title", found),
                allowed="a title once in a task",
                remedy="Give each a title of its own, so that readers can tell them apart",
            )


def _duplicate_searches(sheet: PromptSheet, file: str) -> Iterator[Finding]:
    """Searches of one Unique_ID, which is there to name one of them."""
    named = (search for search in sheet.searches if search.unique_id)
    for unique_id, found in _grouped(named, lambda search: search.unique_id):
        if len(found) > 1:
            yield _warning(
                "duplicate-search",
                f"{len(found)} searches have the Unique_ID '{unique_id}'",
                file,
                "External Search",
                sheet.cells("External Search", "Unique_ID", found),
                allowed="an id once",
                remedy="Give each search an id of its own, or delete the row that is too many",
            )


def _lists_of_text_searches(sheet: PromptSheet, file: str) -> Iterator[Finding]:
    """Selections of data in searches that take none."""
    selecting = (
        search
        for search in sheet.searches
        if search.source in TEXT_SOURCES
        and (search.collection or search.properties or search.categories)
    )
    for source, found in _grouped(selecting, lambda search: search.source):
        yield _warning(
            "unused-selection",
            f"Data Source is {source}, which takes no data: collection_name, property_list and "
            "category_list have no effect",
            file,
            "External Search",
            tuple(f"row {row.row}" for row in found),
            remedy="Clear them, or name a table as Data Source",
        )


def _hidden_references(sheet: PromptSheet, file: str) -> Iterator[Finding]:
    """Texts of `Copy` that are probably meant to refer, and are examples of style.

    Where an id of a sub-task can't be read, it may be the one that is meant.
    """
    if ("Sub Tasks", "ID") in sheet.lost:
        return
    ids = dict.fromkeys(sub_task.id for sub_task in sheet.sub_tasks)
    known = {"", *ids}
    others = (row for row in sheet.cross_references if trim(row.copy_of) not in known)
    for count, (text, rows) in enumerate(_grouped(others, lambda row: trim(row.copy_of))):
        named = _named_ids(text, ids)
        if named:
            listed = " and ".join(f"'{own_id}'" for own_id in named)
            remedy = f"Write '{named[0]}' alone, if that is what it is"
            if len(named) > 1:
                remedy = "Give each id a row of its own"
            message = f"'{text}' names {listed} but is no id itself"
        elif _NUMERIC_ID.fullmatch(text) or _ONE_WORD.fullmatch(text):
            alike = nearest_id(text, ids) if count < _COMPARED_IDS else ""
            remedy = f"Write '{alike}', if that is what it is" if alike else "Correct the id"
            message = f"'{text}' is not the id of a sub-task"
        else:
            continue
        yield _warning(
            "copy-of-nothing",
            f"{message}, and is taken as an example of style",
            file,
            "Cross Reference",
            sheet.cells("Cross Reference", "Copy", rows),
            allowed="a sub-task's id, or a text",
            remedy=remedy,
        )


def _duplicate_categories(sheet: PromptSheet, file: str) -> Iterator[Finding]:
    """Categories that one group has more than once, whatever their case."""
    rows: dict[tuple[str, str], list[Category]] = {}
    for category in sheet.categories:
        if category.name and category.group:
            key = (category.group.casefold(), category.name.casefold())
            rows.setdefault(key, []).append(category)
    for found in rows.values():
        if len(found) > 1:
            yield _warning(
                "duplicate-category",
                f"group '{found[0].group}' has the category '{found[0].name}' {len(found)} times",
                file,
                "All Categories",
                sheet.cells("All Categories", "category_name", found),
                allowed="a category once in a group; case makes no difference",
                remedy="Delete the rows that are too many",
            )


def _grouped(
    rows: Iterable[AnyRow], key: Callable[[AnyRow], Key]
) -> Iterable[tuple[Key, list[AnyRow]]]:
    """Rows that have something in common, in the order of the first of them."""
    groups: dict[Key, list[AnyRow]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups.items()


def nearest_id(text: str, ids: Iterable[str]) -> str:
    """The id most like `text`, one of the same parent first; empty when none is the most alike.

    Of 1.1.1 and 1.1.2 none is nearer to 1.1.7, and to name one of them would be a guess.
    """
    by_fold = {own_id.casefold(): own_id for own_id in ids}
    folded = text.casefold()
    parent = folded.rpartition(".")[0]
    siblings = [fold for fold in by_fold if parent and fold.rpartition(".")[0] == parent]
    found = get_close_matches(folded, siblings, n=2) or get_close_matches(folded, by_fold, n=2)
    likenesses = {SequenceMatcher(None, fold, folded).ratio() for fold in found}
    return by_fold[found[0]] if found and len(likenesses) == len(found) else ""


def _named_ids(text: str, ids: Collection[str]) -> Sequence[str]:
    """Sub-tasks that a short text names; ids with a single dot may be numbers."""
    words = _WORDS.findall(text)
    if len(words) > _MOST_WORDS:
        return ()
    bare = (word.strip(".:()'\"") for word in words)
    return tuple(dict.fromkeys(word for word in bare if word in ids and word.count(".") > 1))


def _warning(
    code: str,
    message: str,
    file: str,
    sheet_name: str,
    cells: tuple[str, ...],
    *,
    allowed: str = "",
    remedy: str = "",
) -> Finding:
    return Finding(
        severity="warning",
        code=f"sheet.{code}",
        message=message,
        file=file,
        sheet=sheet_name,
        cells=cells,
        allowed=allowed,
        remedy=remedy,
    )
