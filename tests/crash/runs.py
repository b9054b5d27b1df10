"""Runs from a shell that are killed, and what they leave."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from factbook.llm.journal import JOURNAL, FileJournal, Sent
from factbook.llm.store import STORE, CallStore
from factbook.llm.stored_call import load
from tests.servers.running import ROOT, RunningServer

KEY = "sk-canary-51d2"
SLUG = "electricity-in-europe"
LONGEST_SECONDS = 120.0
OF_THE_RUN_ITSELF = ("run.json", "calls.csv", JOURNAL, "records")
"""Files and folders that tell when and how often a run worked, not what it wrote."""


@dataclass
class Runs:
    """Runs of one project from a shell, by a model.

    Attributes:
        project: The project folder.
        slug: Name of its run folder.
        server: The model server.
        home: The user's home folder.
        settings: ``--set`` assignments.
    """

    project: Path
    slug: str
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
        module = ["tests.crash.launch", then, str(out), at] if at else ["flows.cli"]
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
        said = process.communicate(timeout=LONGEST_SECONDS)[0]
        return process.returncode, said

    def files(self, out: Path) -> dict[str, bytes]:
        """The report as it stands, by paths inside the run folder."""
        folder = out / self.slug
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            and not any(part.startswith(".") for part in path.relative_to(folder).parts)
            and path.relative_to(folder).parts[0] not in OF_THE_RUN_ITSELF
        }

    def hits_by_key(self, out: Path) -> Counter[str]:
        """Key of a call → how often the provider was asked for it."""
        events = FileJournal(out / self.slug / JOURNAL).read().events
        keys = {event.attempt: event.key for event in events if isinstance(event, Sent)}
        return Counter(keys[hit.call_id] for hit in self.server.ledger())


@dataclass
class Account:
    """What was paid for and saved at each kill of a report.

    Attributes:
        runs: The runs.
        out: Their output folder.
        kills: Number of kills so far.
    """

    runs: Runs
    out: Path
    kills: int = 0
    _hits_when_saved: dict[str, int] = field(default_factory=dict)

    def note(self) -> None:
        """Note what is saved now, after a kill; every record is whole."""
        self.kills += 1
        hits = self.runs.hits_by_key(self.out)
        for path in CallStore(self.out / STORE).record_paths():
            self._hits_when_saved.setdefault(load(path).key, hits[path.stem])

    @property
    def saved(self) -> int:
        """How many answers were saved at the last kill."""
        return len(self._hits_when_saved)

    @property
    def repeated(self) -> list[str]:
        """Keys that were asked for again after their answer was saved."""
        hits = self.runs.hits_by_key(self.out)
        return [key for key, count in self._hits_when_saved.items() if hits[key] > count]


def killed_at_random(runs: Runs, account: Account, chance: random.Random, seconds: float) -> bool:
    """Start a run and kill it at some time after its first hit; whether it was killed.

    Args:
        runs: The runs.
        account: Where the kill is noted.
        chance: Draws the time.
        seconds: The longest time.
    """
    before = len(runs.server.ledger())
    process = runs.start(account.out)
    try:
        while process.poll() is None and len(runs.server.ledger()) == before:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, seconds) if process.poll() is None else 0)
    finally:
        is_killed = process.poll() is None
        process.kill()
        said = process.communicate()[0]
    if is_killed:
        account.note()
    else:
        assert process.returncode == 0, said
    return is_killed
