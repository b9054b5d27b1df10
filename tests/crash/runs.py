"""Runs from a shell that are killed, and what they leave."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from factbook.lease.owner_file import OwnerFile
from factbook.llm.journal import JOURNAL, RunEnded
from factbook.llm.periods import ARCHIVE
from factbook.llm.store import STORE
from tests.crash.account import Account
from tests.servers.running import ROOT, RunningServer

KEY = "sk-canary-51d2"
SLUG = "electricity-in-europe"
KILLED = -9
LONGEST_SECONDS = 180.0
OF_THE_RUN_ITSELF = ("run.json", "calls.csv", JOURNAL, ARCHIVE, "records")
"""Files and folders that tell when and how often a run worked, not what it wrote."""


@dataclass(frozen=True)
class Runs:
    """Runs of one project from a shell, by a model, one call in flight at a time.

    Attributes:
        project: The project folder.
        server: The model server.
        home: The user's home folder.
        settings: ``--set`` assignments.
    """

    project: Path
    server: RunningServer
    home: Path
    settings: tuple[str, ...] = ()

    def start(self, out: Path, *, at: str = "", then: str = "kill") -> subprocess.Popen[str]:
        """Start a run.

        Args:
            out: The output folder.
            at: The step at which something happens to it; see `tests.crash.points`.
            then: What happens.
        """
        module = ["tests.crash.launch", then, str(out), at] if at else ["flows.main"]
        settings = [part for setting in self.settings for part in ("--set", setting)]
        command = [sys.executable, "-m", *module, "run", str(self.project), "--out", str(out)]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT")}
        return subprocess.Popen(
            [*command, "--provider", "openai", *settings],
            cwd=ROOT,
            # The migrated database of an embedded engine takes seconds to make: it is shared.
            env={
                "XDG_CACHE_HOME": str(Path.home() / ".cache"),
                **kept,
                "HOME": str(self.home),
                "OPENAI_API_KEY": KEY,
                "OPENAI_BASE_URL": self.server.base_url,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def end_of(self, out: Path, *, at: str = "", then: str = "kill") -> tuple[int, str]:
        """Run to the end; the exit code and what was said."""
        process = self.start(out, at=at, then=then)
        try:
            said = process.communicate(timeout=LONGEST_SECONDS)[0]
        finally:
            process.kill()
        return process.returncode, said

    def finish(self, out: Path) -> str:
        """Run to a good end; what was said. A run that finds another at work is none."""
        code, said = self.end_of(out)
        assert code == 0, said
        assert "Completed: " in said, said
        return said

    def kill_at(self, account: Account, out: Path, step: str) -> None:
        """Start a run that is killed at a step, and note it."""
        code, said = self.end_of(out, at=step)
        assert code == KILLED, said
        account.note()

    def killed_in(self, account: Account, out: Path, seconds: float) -> bool:
        """Start a run and kill it so long after it has taken the lease; whether it was killed.

        One that has come to its end before has ended well.
        """
        process = self.start(out)
        owner = OwnerFile(out / SLUG)
        try:
            while process.poll() is None:
                found = owner.read_if_there()
                if found is not None and found.process == process.pid:
                    time.sleep(seconds)
                    break
                time.sleep(0.01)
        finally:
            is_killed = process.poll() is None
            process.kill()
            said = process.communicate()[0]
        if is_killed:
            account.note()
        else:
            assert process.returncode == 0, said
            assert "Completed: " in said, said
        return is_killed

    def account(self, out: Path) -> Account:
        """The account of a report that begins now: the provider forgets all others."""
        self.server.clear_ledger()
        return Account(self.server, journal=out / SLUG / JOURNAL, store=out / STORE, in_flight=1)


@dataclass(frozen=True)
class Whole:
    """A report that was never killed.

    Attributes:
        out: Its output folder.
        files: Its files.
        calls: How many calls it has taken.
    """

    out: Path
    files: dict[str, bytes]
    calls: int


def files(out: Path) -> dict[str, bytes]:
    """The report as it stands, by paths inside the run folder."""
    folder = out / SLUG
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.relative_to(folder).parts[0] not in OF_THE_RUN_ITSELF
    }


def attempts(out: Path) -> int:
    """How many attempts the report's ledger has, ``calls.csv``."""
    with (out / SLUG / "calls.csv").open(encoding="utf-8", newline="") as file:
        return sum(int(row["attempts"]) for row in csv.DictReader(file))


def check_same(account: Account, out: Path, whole: Whole) -> None:
    """A report that was killed is as one that was not, and its account is right."""
    account.check()
    events = account.events()
    good_ends = [e for e in events if isinstance(e, RunEnded) and e.exit_code == 0]
    if len(good_ends) == 1:  # `calls.csv` tells of a report, the journal of all
        assert attempts(out) == len(account.sent())
    assert files(out) == whole.files
