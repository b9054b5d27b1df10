"""Files that are written whole, and what is on the disk when they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.files.durable import write_whole
from tests.llm import forking

LOOK = """
import os, sys
from pathlib import Path
from factbook.files.durable import write_durably, write_whole
from factbook.llm.journal import Cached, FileJournal

path, steps, fsync = Path(sys.argv[1]), [], os.fsync

def flushed(opened):
    name = os.path.basename(os.readlink(f"/proc/self/fd/{opened}"))
    steps.append("flush-temporary" if name.endswith(".tmp") else f"flush-{name}")
    fsync(opened)

os.fsync = flushed
sys.addaudithook(lambda event, _: steps.append("rename") if event == "os.rename" else None)
"""
APPEND = 'FileJournal(path).append(Cached(section="1", pass_="draft", model="m", key="k"))'


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ('write_whole(path, b"new")', "rename"),
        ('write_durably(path, b"new")', "flush-temporary rename flush-folder"),
        (f"{APPEND}; {APPEND}", "flush-file flush-folder flush-file"),
    ],
    ids=["whole", "durably", "journal"],
)
def test_content_is_on_the_disk_before_its_name_and_both_before_it_counts(
    tmp_path: Path, code: str, steps: str
) -> None:
    """What a power cut must not take: an answer that counts, a line of the journal, their names."""
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    done = forking.in_another_process(f"{LOOK}{code}\nprint(*steps)", path)
    assert done.stdout.strip() == steps, done.stderr
    assert [one.name for one in path.parent.iterdir()] == ["file"]


def test_write_that_fails_leaves_nothing_and_tells_the_error(tmp_path: Path) -> None:
    """Neither a temporary file nor a change; what is in the way stays."""
    (tmp_path / "file" / "in-the-way").mkdir(parents=True)
    with pytest.raises(OSError, match="file"):
        write_whole(tmp_path / "file", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
