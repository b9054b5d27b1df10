"""Comments on the cells of a data workbook: flags, notes, and what is listed."""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from openpyxl.comments import Comment

from factbook.data.dataset import DataSet
from factbook.data.statuses import cell_comments
from factbook.data.statuses.flags import Status
from tests.data.conftest import Load, Refuse

HEADER = ["COUNTRY", "SECTOR", "YEAR", "VALUE", "PROPERTY", "UNIT"]
LONG = [HEADER, *(["Austria", "Gas", 2019 + n, 10 + n, "Generation", "TWh"] for n in range(3))]
WIDE = [
    ["COUNTRY", "SECTOR", "PROPERTY", "UNIT", "2019", "2020", "2021"],
    ["Austria", "Gas", "Generation", "TWh", 10, 11, 12],
    ["France", "Gas", "Generation", "TWh", 20, 21, 22],
]
GROUPED = [
    ["", "2020", "", "2021", ""],
    ["geo", "Gas", "Coal", "Gas", "Coal"],
    ["Austria", 1, 2, 3, 4],
    ["France", 5, 6, 7, 8],
]
COPY_OF_THREAD = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; however "
    "any edits to it will get removed.\n\nComment:\n    provisional"
)
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
LINK = '<Relationship Id="rIdT" Type="http://x/relationships/threadedComment" Target="{}"/>'


def workbook(rows: Sequence[Sequence[object]], comments: dict[str, str]) -> bytes:
    """A workbook with comments, as openpyxl writes them."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cell, text in comments.items():
        sheet[cell].comment = Comment(text, "Office of Statistics")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_thread(content: bytes, thread: str) -> bytes:
    """A workbook with one part of threaded comments more, as Excel 365 writes it."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/_rels/sheet1.xml.rels":
                link = LINK.format("../threadedComments/threadedComment1.xml").encode()
                part = part.replace(b"</Relationships>", link + b"</Relationships>")
            new.writestr(name, part)
        new.writestr("xl/threadedComments/threadedComment1.xml", thread)
    return changed.getvalue()


def statuses(dataset: DataSet, place: str = "AT") -> dict[str, str]:
    """Period → flags of the figure of gas."""
    table = next(iter(dataset.tables.values()))
    (metric,) = table.metrics()
    series = table.series(place, metric, "Gas", "TWh")
    assert series is not None
    return {period: point.status for period, point in series.points.items()}


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("p", "p"),
        ("Provisional.", "p"),
        ("Office of Statistics:\nEstimated value", "e"),
        ("preliminary figures", "p"),
        ("Break in series", "b"),
        ("b e", "b e"),
    ],
)
def test_comment_that_is_a_flag_or_its_meaning_is_that_flag(
    load: Load, text: str, flags: str
) -> None:
    """Letters and words alike; Excel writes the author's name before what he says."""
    dataset, findings = load({"t.xlsx": workbook(LONG, {"D3": text})}, data={"etm": "t.xlsx"})
    assert statuses(dataset) == {"2019": "", "2020": flags, "2021": ""}
    assert not findings


def test_any_other_comment_is_a_note_with_its_text_in_the_legend(load: Load) -> None:
    """Equal texts are one note; what a comment means beside its text counts too."""
    comments = {"D2": "Without Tyrol", "D3": "Provisional; without\nTyrol", "D4": "Without Tyrol"}
    dataset, _ = load({"t.xlsx": workbook(LONG, comments)}, data={"etm": "t.xlsx"})
    assert statuses(dataset) == {"2019": "[note1]", "2020": "p [note2]", "2021": "[note1]"}
    flags = dataset.flags
    assert flags.legend(["[note1]"]) == "[note1] = Without Tyrol"
    assert flags.legend(["[note2]"]) == "[note2] = Provisional; without Tyrol"
    assert flags.status_of("[note1]") == (Status.OTHER,)
    assert flags.words_of("p [note2]") == "provisional"
    (told,) = dataset.cleanings
    assert "[note1] (Without Tyrol)" in told.sentence


def test_notes_of_two_workbooks_are_told_apart(load: Load) -> None:
    """A section may show figures of both under one legend."""
    files = {name: workbook(LONG, {"D2": f"Of {name}"}) for name in ("a.xlsx", "b.xlsx")}
    tables = {name[0]: {"file": name} for name in files}
    dataset, _ = load(files, data={"tables": tables})
    assert (
        dataset.flags.legend(["[note1]", "[note2]"]) == "[note1] = Of a.xlsx, [note2] = Of b.xlsx"
    )


def test_comment_on_the_heading_of_figures_is_one_on_each_of_them(load: Load) -> None:
    """A year's column is flagged as ``2021 p`` flags it; its cells may say more."""
    content = workbook(WIDE, {"G1": "Provisional", "G2": "Without Tyrol", "E3": "e"})
    table = {"file": "t.xlsx", "years_in_columns": True}
    dataset, _ = load({"t.xlsx": content}, data={"tables": {"t": table}})
    assert statuses(dataset) == {"2019": "", "2020": "", "2021": "p [note1]"}
    assert statuses(dataset, "FR") == {"2019": "e", "2020": "", "2021": "p"}


def test_comments_below_several_header_rows_belong_to_their_figures(load: Load) -> None:
    """Each cell is a row of the long form."""
    content = workbook(GROUPED, {"B3": "p", "D4": "Without Corsica"})
    table = {
        "file": "t.xlsx",
        "columns": {"SECTOR": "header 2"},
        "constants": {"PROPERTY": "Generation"},
        "unit": "TWh",
    }
    dataset, _ = load({"t.xlsx": content}, data={"tables": {"t": table}})
    assert statuses(dataset) == {"2020": "p", "2021": ""}
    assert statuses(dataset, "FR") == {"2020": "", "2021": "[note1]"}


def test_comments_on_other_cells_are_listed(load: Load) -> None:
    """Nobody knows which figures they are about; they are not dropped in silence."""
    content = workbook(LONG, {"A1": "Names as in ISO 3166", "B3": "Natural gas only"})
    dataset, _ = load({"t.xlsx": content}, data={"etm": "t.xlsx"})
    assert set(statuses(dataset).values()) == {""}
    (told,) = dataset.cleanings
    assert told.kind == "comments"
    assert "A1 'Names as in ISO 3166', B3 'Natural gas only'" in told.sentence


def test_threads_of_comments_count_once(load: Load) -> None:
    """Excel keeps a copy of the first comment for older programs; answers belong to the note."""
    thread = (
        f'<ThreadedComments xmlns="{THREADS}">'
        '<threadedComment ref="D3" id="{1}"><text>Estimated</text></threadedComment>'
        '<threadedComment ref="D4" id="{2}"><text>Without Tyrol?</text></threadedComment>'
        '<threadedComment ref="D4" id="{3}" parentId="{2}"><text>Yes</text></threadedComment>'
        "</ThreadedComments>"
    )
    comments = {"D2": COPY_OF_THREAD, "D3": COPY_OF_THREAD, "D4": COPY_OF_THREAD}
    content = with_thread(workbook(LONG, comments), thread)
    dataset, _ = load({"t.xlsx": content}, data={"etm": "t.xlsx"})
    assert statuses(dataset) == {"2019": "p", "2020": "e", "2021": "[note1]"}
    assert dataset.flags.legend(["[note1]"]) == "[note1] = Without Tyrol? Yes"


def test_notes_beyond_the_most_are_counted(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their figures stay, and the known flags among them."""
    monkeypatch.setattr(cell_comments, "MOST_NOTES", 1)
    comments = {"D2": "First note", "D3": "Second note", "D4": "Provisional; third note"}
    dataset, (warning,) = load({"t.xlsx": workbook(LONG, comments)}, data={"etm": "t.xlsx"})
    assert statuses(dataset) == {"2019": "[note1]", "2020": "", "2021": "p"}
    assert (warning.code, warning.severity) == ("data.too-many-notes", "warning")
    assert "'Second note', 'Provisional; third note'" in warning.message


def test_confidential_in_a_comment_hides_the_figure(load: Load) -> None:
    """A comment has the effects of the flag that it means."""
    content = workbook(LONG, {"D4": "Confidential"})
    dataset, _ = load({"t.xlsx": content}, data={"etm": "t.xlsx"})
    assert list(statuses(dataset)) == ["2019", "2020"]


def test_long_comments_are_cut_and_have_one_line(load: Load) -> None:
    """A cell of a legend has no room for a page, and control characters have no place there."""
    content = workbook(LONG, {"D2": "x" * 5_000 + "\nmore"})
    dataset, _ = load({"t.xlsx": content}, data={"etm": "t.xlsx"})
    meaning = dataset.flags.flag("[note1]").meaning
    assert len(meaning) == 300
    assert meaning.endswith("x…")


def test_too_many_comments_are_an_error(refuse: Refuse) -> None:
    """A hostile part of comments is counted before it fills the memory."""
    one = '<threadedComment ref="D3"><text>p</text></threadedComment>'
    thread = f'<ThreadedComments xmlns="{THREADS}">{one * 10_001}</ThreadedComments>'
    content = with_thread(workbook(LONG, {"D2": "p"}), thread)
    (finding,) = refuse({"t.xlsx": content}, data={"etm": "t.xlsx"})
    assert finding.code == "sheet.too-many-comments"
    assert "10,000" in finding.allowed


def test_a_broken_part_of_comments_is_an_error(refuse: Refuse) -> None:
    """What cannot be read is said, not left out."""
    content = with_thread(workbook(LONG, {"D2": "p"}), "<ThreadedComments><text>")
    (finding,) = refuse({"t.xlsx": content}, data={"etm": "t.xlsx"})
    assert finding.code == "data.damaged-file"
