"""Content of a prompt sheet that is duplicate or has no effect: a warning for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches
from itertools import chain
from typing import TypeVar

from factbook.errors import Finding
from factbook.names import name_key
from factbook.sheet.cell_reader import trim
from factbook.sheet.models import Category, PromptSheet, Row

TEXT_SOURCES = ("Internet Search", "LLM Call")

_COMPARED_IDS = 20  # finding the nearest among thousands of ids takes milliseconds each
_NUMERIC_ID = re.compile(r"\d+(\.\d+)*\.?")
_ONE_WORD = re.compile(r"(?=\D*\d)[^\s,;]{2,40}")
_WORDS = re.compile(r"[^\s,;]+")
_MOST_WORDS = 8  # of a Copy that names a sub-task; a style example is longer

AnyRow = TypeVar("AnyRow", bound=Row)
Key = TypeVar("Key", bound=Hashable)


def unused(sheet: PromptSheet, *, file: str) -> tuple[Finding, ...]:
    """Warnings for duplicate titles, searches and categories, unused lists, ids inside a text.

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
    """Sub-tasks of a task with the same title: readers could not distinguish their sections."""
    titled = (sub_task for sub_task in sheet.sub_tasks if sub_task.title and sub_task.task_id)
    for (task_id, _), found in _grouped(titled, lambda s: (s.task_id, s.title.casefold())):
        if len(found) > 1:
            yield _warning(
                "duplicate-title",
                f"{len(found)} sub-tasks of task '{task_id}' have the title '{found[0].title}'",
                file,
                "Sub Tasks",
                sheet.cells("Sub Tasks", "Title", found),
                allowed="each title once in a task",
                remedy="Give each its own title, so that readers can tell them apart",
            )


def _duplicate_searches(sheet: PromptSheet, file: str) -> Iterator[Finding]:
    """Searches with the same Unique_ID, which should identify one of them."""
    named = (search for search in sheet.searches if search.unique_id)
    for unique_id, found in _grouped(named, lambda search: search.unique_id):
        if len(found) > 1:
            yield _warning(
                "duplicate-search",
                f"{len(found)} searches have the Unique_ID '{unique_id}'",
                file,
                "External Search",
                sheet.cells("External Search", "Unique_ID", found),
                allowed="each id once",
                remedy="Give each search its own id, or delete the surplus row",
            )


def _lists_of_text_searches(sheet: PromptSheet, file: str) -> Iterator[Finding]:
    """Selections of data in searches that use no data."""
    selecting = (
        search
        for search in sheet.searches
        if search.source in TEXT_SOURCES
        and (search.collection or search.properties or search.categories)
    )
    for source, found in _grouped(selecting, lambda search: search.source):
        yield _warning(
            "unused-selection",
            f"Data Source is {source}, which uses no data: collection_name, property_list and "
            "category_list have no effect",
            file,
            "External Search",
            tuple(f"row {row.row}" for row in found),
            remedy="Clear them, or set Data Source to a table",
        )


def _hidden_references(sheet: PromptSheet, file: str) -> Iterator[Finding]:
    """Texts of `Copy` that are probably meant as references, but count as style examples.

    An unreadable id of a sub-task may be the one that is meant.
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
            remedy = f"Write '{named[0]}' alone if that is meant"
            if len(named) > 1:
                remedy = "Give each id its own row"
            message = f"'{text}' contains {listed} but is not an id itself"
        elif _NUMERIC_ID.fullmatch(text) or _ONE_WORD.fullmatch(text):
            alike = nearest_id(text, ids) if count < _COMPARED_IDS else ""
            remedy = f"Write '{alike}' if that is meant" if alike else "Correct the id"
            message = f"'{text}' is not the id of a sub-task"
        else:
            continue
        yield _warning(
            "copy-of-nothing",
            f"{message}, and is used as a style example",
            file,
            "Cross Reference",
            sheet.cells("Cross Reference", "Copy", rows),
            allowed="a sub-task's id, or a text",
            remedy=remedy,
        )


def _duplicate_categories(sheet: PromptSheet, file: str) -> Iterator[Finding]:
    """Categories that a group has more than once, without regard to case."""
    rows: dict[tuple[str, str], list[Category]] = {}
    for category in sheet.categories:
        if category.name and category.group:
            key = (name_key(category.group), name_key(category.name))
            rows.setdefault(key, []).append(category)
    for found in rows.values():
        if len(found) > 1:
            yield _warning(
                "duplicate-category",
                f"group '{found[0].group}' has the category '{found[0].name}' {len(found)} times",
                file,
                "All Categories",
                sheet.cells("All Categories", "category_name", found),
                allowed="each category once in a group; case makes no difference",
                remedy="Delete the surplus rows",
            )


def _grouped(
    rows: Iterable[AnyRow], key: Callable[[AnyRow], Key]
) -> Iterable[tuple[Key, list[AnyRow]]]:
    """Rows grouped by a key, in the order of the first row of each group."""
    groups: dict[Key, list[AnyRow]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups.items()


def nearest_id(text: str, ids: Iterable[str]) -> str:
    """The id most similar to `text`, preferably of the same parent; empty when there is a tie.

    1.1.1 and 1.1.2 are equally near to 1.1.7, so naming one of them would be a guess.
    """
    by_fold = {own_id.casefold(): own_id for own_id in ids}
    folded = text.casefold()
    parent = folded.rpartition(".")[0]
    siblings = [fold for fold in by_fold if parent and fold.rpartition(".")[0] == parent]
    found = get_close_matches(folded, siblings, n=2) or get_close_matches(folded, by_fold, n=2)
    likenesses = {SequenceMatcher(None, fold, folded).ratio() for fold in found}
    return by_fold[found[0]] if found and len(likenesses) == len(found) else ""


def _named_ids(text: str, ids: Collection[str]) -> Sequence[str]:
    """Sub-tasks named in a short text; ids with a single dot may be numbers."""
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
