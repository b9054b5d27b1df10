"""Writers that fail on purpose, for all tests of runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from factbook.errors import ModelUnavailableError
from factbook.writing.job import Draft, SectionJob
from factbook.writing.offline import OfflineWriter


@dataclass
class PartialWriter:
    """The offline writer, but for some sections that fail or cannot have a model.

    Attributes:
        broken: Sections in which it raises something unforeseen.
        unavailable: Sections for which the model cannot be had.
        begun: Sections in the order in which they began.
        ended: Sections in the order in which they ended.
        seconds: How long each section takes at least.
    """

    broken: frozenset[str] = frozenset()
    unavailable: frozenset[str] = frozenset()
    seconds: float = 0.0
    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    _offline: OfflineWriter = field(default_factory=OfflineWriter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def identity(self, job: SectionJob) -> Mapping[str, str]:
        """That of the offline writer: what it writes is the same."""
        return self._offline.identity(job)

    def write(self, job: SectionJob) -> Draft:
        """Write, or fail as asked."""
        with self._lock:
            self.begun.append(job.section_id)
        time.sleep(self.seconds)
        if job.section_id in self.broken:
            raise ZeroDivisionError("this section is broken on purpose")
        if job.section_id in self.unavailable:
            raise ModelUnavailableError("the model is away on purpose")
        draft = self._offline.write(job)
        with self._lock:
            self.ended.append(job.section_id)
        return draft

    def with_remarks(self, job: SectionJob, text: Draft) -> Draft:
        """Nothing is said of a person's text."""
        return text
