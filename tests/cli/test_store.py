"""``factbook store`` in a process of its own, as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.llm.chat import ChatAnswer, ChatRequest, Message
from factbook.llm.store import CallStore

MakeProject = Callable[..., Path]


def factbook_store(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``factbook store …`` to its end; its last line on standard error tells heavy imports."""
    code = (
        "import sys\n"
        "from flows.main import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    print(*({'prefect', 'pandas', 'genai_prices'} & set(sys.modules)), file=sys.stderr)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code, "store", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def put(store: CallStore, text: str) -> Path:
    """Store an answer; its file."""
    messages = (Message(role="user", content=text),)
    request = ChatRequest(model="gpt-5", messages=messages, max_tokens=10)
    key = request.key("openai")
    store.put(key, request, ChatAnswer(text=text), provider="openai")
    return store.path(key)


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    """A project that has not been run."""
    return make_project()


def test_stats_find_the_store_where_run_puts_it(project: Path, tmp_path: Path) -> None:
    """``out`` inside the project, or the folder given with ``--out``."""
    put(CallStore(project / "out" / ".store"), "a")
    elsewhere = CallStore(tmp_path / "elsewhere" / ".store")
    put(elsewhere, "b")
    put(elsewhere, "c")
    done = factbook_store("stats", project)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == ""  # nothing heavy was imported
    assert f"Call store: {project / 'out' / '.store'}\n1 record (" in done.stdout
    assert "gpt-5: 1 record" in done.stdout
    done = factbook_store("stats", project, "--out", tmp_path / "elsewhere", "--json")
    found = json.loads(done.stdout)
    assert found["store"] == str(elsewhere.folder)
    assert found["records"]["number"] == found["by_model"]["gpt-5"]["number"] == 2


@pytest.mark.parametrize("command", ["stats", "verify", "prune"])
def test_project_without_a_store_is_told_so(project: Path, command: str) -> None:
    """It is no error, and nothing is made."""
    done = factbook_store(command, project)
    assert done.returncode == 0, done.stderr
    assert "there is none yet" in done.stdout
    assert not (project / "out").exists()


@pytest.mark.parametrize("command", ["stats", "verify", "prune"])
def test_folder_that_is_no_project_is_an_error(tmp_path: Path, command: str) -> None:
    """With the words of ``factbook run``."""
    done = factbook_store(command, tmp_path)
    assert done.returncode == 2
    assert "Give a project folder, which contains it" in done.stderr
    assert "Traceback" not in done.stderr


def test_verify_ends_with_1_once(project: Path) -> None:
    """Bad records are set aside: the next time all are sound."""
    store = CallStore(project / "out" / ".store")
    put(store, "good")
    put(store, "bad").write_bytes(b"{")
    done = factbook_store("verify", project)
    assert done.returncode == 1
    assert "1 sound, 1 bad, 0 newer" in done.stdout
    assert "set aside" in done.stdout
    assert "Traceback" not in done.stderr
    done = factbook_store("verify", project, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["bad"] == []


def test_prune_says_what_it_removed(project: Path) -> None:
    """A dry run says what it would remove."""
    store = CallStore(project / "out" / ".store")
    old, new = put(store, "old"), put(store, "new")
    os.utime(old, (0, 0))
    done = factbook_store("prune", project, "--older-than", "30", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "Would remove 1 record (" in done.stdout
    assert "that no run has used for 30 days" in done.stdout
    assert old.exists()
    done = factbook_store("prune", project, "--older-than", "30", "--set-aside")
    assert done.returncode == 0, done.stderr
    assert "Removed 1 record (" in done.stdout
    assert not old.exists()
    assert new.exists()
    done = factbook_store("prune", project)
    assert "Kept all records that can be used" in done.stdout
    assert new.exists()


def test_prune_takes_no_negative_number_of_days(project: Path) -> None:
    """It would remove everything."""
    record = put(CallStore(project / "out" / ".store"), "a")
    done = factbook_store("prune", project, "--older-than=-1")
    assert done.returncode == 2
    assert "--older-than" in done.stderr
    assert record.exists()


def test_store_that_cannot_be_read_is_told_without_a_traceback(project: Path) -> None:
    """It names the place and what to do."""
    store = CallStore(project / "out" / ".store")
    put(store, "bad").write_bytes(b"{")
    (store.folder / "set-aside").write_text("a file where the folder should be")
    done = factbook_store("verify", project)
    assert done.returncode == 3
    assert "Stopped: The call store cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
