"""The section graph: edges, style examples, cycles."""

import pickle
from collections.abc import Callable

import pytest

from factbook.sheet.graph import MAX_CYCLES, SubTaskGraph, section_graph
from factbook.sheet.models import CrossReference, Objective, PromptSheet, SubTask, Task
from tests.growth import Work, assert_in_proportion

from .conftest import Rows


def sheet_with(*copies: tuple[str, str], chapters: int = 3, sub_tasks: int = 3) -> PromptSheet:
    """Chapters 1, 2, … with one task each, and cross references (own id, text of Copy)."""
    numbers = range(1, chapters + 1)
    return PromptSheet(
        objectives=tuple(Objective(id=str(n), title=f"Chapter {n}") for n in numbers),
        tasks=tuple(Task(id=f"{n}.1", objective_id=str(n), title="Task") for n in numbers),
        sub_tasks=tuple(
            SubTask(id=f"{n}.1.{k}", task_id=f"{n}.1", title="Sub-task")
            for n in numbers
            for k in range(1, sub_tasks + 1)
        ),
        cross_references=tuple(
            CrossReference(row=row, id=own, copy_of=text)
            for row, (own, text) in enumerate(copies, start=2)
        ),
    )


def graph_of(*copies: tuple[str, str]) -> SubTaskGraph:
    """The graph of `sheet_with`."""
    return section_graph(sheet_with(*copies), file="sheet.xlsx")


def test_graph_has_edges_where_copy_is_an_id() -> None:
    """An id, trimmed, makes an edge; upstream comes in the sheet's order, each once."""
    graph = graph_of(("3.1.1", "2.1.1"), ("3.1.1", " 1.1.2\u00a0"), ("3.1.1", "2.1.1"))
    assert graph.upstream("3.1.1") == ("1.1.2", "2.1.1")
    assert graph.upstream("1.1.2") == ()
    assert graph.upstream("no such id") == ()
    assert graph.findings() == ()


def test_graph_has_edges_between_different_chapters() -> None:
    """A chapter's upstream are the other chapters that its sub-tasks use."""
    graph = graph_of(("3.1.1", "2.1.1"), ("3.1.2", "1.1.1"), ("3.1.3", "3.1.1"))
    assert graph.chapter_upstream("3") == ("1", "2")
    assert graph.chapter_upstream("1") == ()


def test_graph_orders_ids_by_the_sheet_alone() -> None:
    """Ids are in the sheet's order, not in that of their text."""
    sheet = sheet_with(("1.1.1", "2.1.10"), ("1.1.1", "2.1.9"), sub_tasks=10)
    assert section_graph(sheet).upstream("1.1.1") == ("2.1.9", "2.1.10")


def test_graph_takes_other_text_as_a_style_example() -> None:
    """Any other text is an example of style for its sub-task."""
    graph = graph_of(("1.1.1", "Write like this."), ("1.1.1", "Or so."), ("1.1.2", "2.1.1"))
    assert graph.style_examples("1.1.1") == ("Write like this.", "Or so.")
    assert graph.style_examples("1.1.2") == ()
    assert graph.upstream("1.1.1") == ()
    assert graph.findings() == ()


def test_graph_leaves_out_rows_of_unknown_sub_tasks() -> None:
    """A row whose own id does not exist is an orphan, not an edge."""
    graph = graph_of(("9.9.9", "1.1.1"))
    assert graph.upstream("9.9.9") == ()
    assert graph.references == ()


def test_graph_prints_a_cycle_of_sub_tasks() -> None:
    """A cycle is an error that shows its way, with the rows that make it."""
    graph = graph_of(("1.1.2", "1.1.1"), ("1.1.1", "1.1.3"), ("1.1.3", "1.1.2"), ("2.1.1", "1.1.1"))
    (finding,) = graph.findings()
    assert (finding.severity, finding.code) == ("error", "sheet.section-cycle")
    assert "1.1.1 → 1.1.3 → 1.1.2 → 1.1.1" in finding.message
    assert (finding.sheet, finding.cells) == ("Cross Reference", ("row 2", "row 3", "row 4"))
    assert finding.file == "sheet.xlsx"


def test_graph_calls_a_self_reference_a_cycle() -> None:
    """A sub-task that refers to itself could never be written."""
    (finding,) = graph_of(("1.1.1", "1.1.1")).findings()
    assert finding.severity == "error"
    assert "'1.1.1' refers to itself" in finding.message
    assert finding.cells == ("row 2",)


def test_graph_finds_every_cycle() -> None:
    """Two cycles are two errors; one that crosses chapters is not told a second time."""
    copies = [("1.1.1", "2.1.1"), ("2.1.1", "1.1.1"), ("3.1.1", "3.1.2"), ("3.1.2", "3.1.1")]
    found = graph_of(*copies).findings()
    assert [finding.code for finding in found] == ["sheet.section-cycle"] * 2
    assert [finding.cells for finding in found] == [("row 2", "row 3"), ("row 4", "row 5")]


def test_graph_finds_a_cycle_of_chapters() -> None:
    """Chapters that need each other through different sections are an error, with the edges."""
    graph = graph_of(("1.1.1", "2.1.2"), ("2.1.1", "3.1.1"), ("3.1.2", "1.1.3"))
    (finding,) = graph.findings()
    assert (finding.severity, finding.code) == ("error", "sheet.chapter-cycle")
    assert "1 → 2 → 3 → 1" in finding.message
    assert "1.1.1 uses 2.1.2, 2.1.1 uses 3.1.1, 3.1.2 uses 1.1.3" in finding.message
    assert finding.cells == ("row 2", "row 3", "row 4")


def test_graph_makes_no_cycle_of_what_cannot_be_read() -> None:
    """A sub-task without a chapter, or without an id, closes no circle of chapters."""
    sheet = sheet_with(("1.1.1", "2.1.2"), ("2.1.1", "1.1.2"))
    tasks = tuple(task for task in sheet.tasks if task.id != "2.1")
    assert section_graph(sheet.model_copy(update={"tasks": tasks})).findings() == ()
    sheet = sheet_with(("1.1.1", "2.1.2"), ("", "1.1.2"))
    lost = tuple(
        sub_task.model_copy(update={"id": ""}) if sub_task.id == "2.1.1" else sub_task
        for sub_task in sheet.sub_tasks
    )
    assert section_graph(sheet.model_copy(update={"sub_tasks": lost})).findings() == ()


def test_graph_names_the_cells_of_the_column() -> None:
    """Where the sheet says where its column stands, cells are named instead of rows."""
    sheet = sheet_with(("1.1.1", "1.1.1"))
    known = sheet.model_copy(update={"columns": {"Cross Reference": {"ID": 0, "Copy": 1}}})
    assert section_graph(known).findings()[0].cells == ("B2",)


def test_graph_lists_a_bounded_number_of_cycles() -> None:
    """Hundreds of cycles do not take minutes to find, nor pages to print."""
    ids = [f"1.1.{number}" for number in range(1, 401)]
    sheet = sheet_with(*((own, own) for own in ids), chapters=1, sub_tasks=400)
    assert len(section_graph(sheet).findings()) == MAX_CYCLES


@pytest.mark.slow
def test_graph_walks_a_long_chain() -> None:
    """A chain of thousands of references is no cycle, no recursion, and no work by its square."""

    def walking(length: int) -> Work:
        copies = [(f"1.1.{number + 1}", f"1.1.{number}") for number in range(1, length)]
        sheet = sheet_with(*copies, chapters=1, sub_tasks=length)

        def walk() -> None:
            graph = section_graph(sheet)
            assert graph.findings() == ()
            assert graph.upstream(f"1.1.{length}") == (f"1.1.{length - 1}",)

        return walk

    assert_in_proportion(walking, 2000)


def test_graph_takes_ids_that_were_typed_as_numbers(
    sheet_of: Callable[[Rows], PromptSheet], rows: Rows
) -> None:
    """A number in Copy is compared as its shortest text."""
    rows["Objectives"] = [{"ID": "A", "Title": "Chapter"}]
    rows["Tasks"] = [{"ID": "1", "Objective ID": "A", "Title": "Task"}]
    sub_task = {**rows["Sub Tasks"][0], "Task_section_id": 1.0}
    rows["Sub Tasks"] = [{**sub_task, "ID": 1.1}, {**sub_task, "ID": "1.2"}]
    rows["Cross Reference"] = [{"ID": 1.2, "Copy": 1.1}]
    assert section_graph(sheet_of(rows)).upstream("1.2") == ("1.1",)


def test_graph_can_be_sent_to_another_process() -> None:
    """A graph survives the way to a worker."""
    graph = graph_of(("3.1.1", "2.1.1"))
    assert pickle.loads(pickle.dumps(graph)).upstream("3.1.1") == ("2.1.1",)  # noqa: S301


@pytest.mark.slow
def test_time_of_the_examples_of_a_sub_task_grows_in_proportion() -> None:
    """Each is added to those before it."""

    def graphing(count: int) -> Work:
        sheet = sheet_with(*(("1.1.1", f"An example {number}.") for number in range(count)))
        return lambda: section_graph(sheet)

    assert_in_proportion(graphing, 3000)
