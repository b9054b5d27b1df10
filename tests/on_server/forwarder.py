"""A way to a service that a test can cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LOOPBACK = "127.0.0.1"
CHUNK = 65_536


class Forwarder:
    """Hands connections of a port of its own on to a service, until it is cut.

    Args:
        host: Where the service listens.
        port: Its port.

    Attributes:
        port: The port of its own.
    """

    def __init__(self, host: str, port: int) -> None:
        self._service = (host, port)
        self._lock = threading.Lock()
        self._links: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._keeper = _bound(0)  # never listens: keeps the port while connections are refused
        self.port = int(self._keeper.getsockname()[1])
        self.mend()

    def mend(self) -> None:
        """Take connections, a first time or again."""
        listener = _bound(self.port)
        listener.listen()
        with self._lock:
            self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Drop all connections, and refuse new ones until `mend`."""
        with self._lock:
            closed = [*self._links, *([self._listener] if self._listener else [])]
            self._links.clear()
            self._listener = None
        for one in closed:
            _close(one)

    def close(self) -> None:
        """Cut, and give up the port."""
        self.cut()
        self._keeper.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:  # cut
                return
            try:
                service = socket.create_connection(self._service, timeout=10)
            except OSError:
                client.close()
                continue
            service.settimeout(None)
            with self._lock:
                is_cut = self._listener is not listener
                if not is_cut:
                    self._links |= {client, service}
            if is_cut:
                _close(client)
                _close(service)
                return
            for source, target in ((client, service), (service, client)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # cut, or one side has left
            while chunk := source.recv(CHUNK):
                target.sendall(chunk)
        with self._lock:
            self._links -= {source, target}
        _close(source)
        _close(target)


@contextmanager
def forwarder(host: str, port: int) -> Iterator[Forwarder]:
    """A forwarder inside the block."""
    opened = Forwarder(host, port)
    try:
        yield opened
    finally:
        opened.close()


def _bound(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((LOOPBACK, port))
    return made


def _close(link: socket.socket) -> None:
    """Wake the thread that waits for it, and close it."""
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
    link.close()
