"""A chat's webhook on loopback, which keeps what it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.servers.web import Quiet, web_server

WAIT_SECONDS = 60.0


@dataclass
class Receiver:
    """What has come in.

    Attributes:
        url: Where to post to.
    """

    url: str = ""
    _texts: list[str] = field(default_factory=list)
    _came: threading.Condition = field(default_factory=threading.Condition)

    def take(self, body: bytes) -> None:
        """Keep a message."""
        with self._came:
            self._texts.append(json.loads(body)["text"])
            self._came.notify_all()

    def texts(self, about: str = "") -> list[str]:
        """The messages so far that have a text in them."""
        with self._came:
            return [text for text in self._texts if about in text]

    def wait_for(self, about: str, seconds: float = WAIT_SECONDS) -> list[str]:
        """The messages with a text in them, once there is one.

        Raises:
            TimeoutError: There is none in time; the message has those that came.
        """
        deadline = time.monotonic() + seconds
        with self._came:
            while not (found := [text for text in self._texts if about in text]):
                if not self._came.wait(deadline - time.monotonic()):
                    raise TimeoutError(f"no message about '{about}', but {self._texts}")
            return found


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that listens inside the block."""
    kept = Receiver()

    class Handler(Quiet):
        def do_POST(self) -> None:
            kept.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

    with web_server(Handler) as url:
        kept.url = f"{url}/hook/canary-7f3"
        yield kept
