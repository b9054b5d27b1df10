"""What was asked for and what is saved, seen after each kill of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from factbook.llm.journal import Ended, Event, FileJournal, Sent, from_lines
from factbook.llm.periods import ARCHIVE
from factbook.llm.store import CallStore
from factbook.llm.stored_call import BadRecordError, load
from tests.servers.running import RunningServer


def check_whole(store: Path) -> None:
    """Promise 3: no partial file stands at a final name."""
    for path in CallStore(store).record_paths():
        try:
            load(path)
        except BadRecordError as error:
            raise AssertionError(f"a partial file stands at a final name: {error}") from None


@dataclass
class Account:
    """What a report has cost so far, by its journal and by the provider.

    Attributes:
        server: The provider, which has been asked for nothing but this report.
        journal: File of the report's journal.
        store: Folder of its answers.
        in_flight: How many calls are made side by side.
        kills: How often a run was killed.
    """

    server: RunningServer
    journal: Path
    store: Path
    in_flight: int
    kills: int = 0
    _hits_when_saved: dict[str, int] = field(default_factory=dict)

    def note(self) -> None:
        """Note a kill and what is saved after it; every record is whole."""
        self.kills += 1
        check_whole(self.store)
        hits = self.hits_by_key()
        for path in CallStore(self.store).record_paths():
            self._hits_when_saved.setdefault(path.stem, hits[path.stem])

    def events(self) -> Sequence[Event]:
        """All that was ever in the journal: with the periods that were archived."""
        archive = FileJournal(self.journal.with_name(ARCHIVE))
        return from_lines([*archive.lines(), *FileJournal(self.journal).lines()]).events

    def sent(self) -> list[Sent]:
        """Attempts in the journal."""
        return [event for event in self.events() if isinstance(event, Sent)]

    def hits_by_key(self) -> Counter[str]:
        """Key of a call → how often the provider was asked for it."""
        keys = {event.attempt: event.key for event in self.sent()}
        return Counter(keys[hit.call_id] for hit in self.server.ledger())

    @property
    def saved(self) -> int:
        """How many answers were saved at the last kill."""
        return len(self._hits_when_saved)

    @property
    def repeated(self) -> list[str]:
        """Keys that were asked for again after their answer was saved."""
        hits = self.hits_by_key()
        return [key for key, count in self._hits_when_saved.items() if hits[key] > count]

    def check(self) -> None:
        """Promises 1 and 5.

        The provider's hits are the journal's attempts, but for those that a kill has caught
        between the journal and the connection; nothing that was saved was asked for again.
        """
        events = self.events()
        sent = [event.attempt for event in self.sent()]
        hits = [hit.call_id for hit in self.server.ledger()]
        unsent = set(sent) - set(hits)
        assert len(set(sent)) == len(sent)
        assert len(set(hits)) == len(hits)
        assert set(hits) <= set(sent)
        assert not unsent & {event.attempt for event in events if isinstance(event, Ended)}
        assert len(unsent) <= self.kills * self.in_flight
        assert self.repeated == []
