"""The process of the private Prefect server, whose folder is its current one.

Run by `flows.private_server`; it imports nothing of the project. The first line of its standard
input is the authentication string that requests must carry; once it answers, it writes its port to
its standard output. When the run that started it dies, however it dies, its standard input ends:
the server then removes its folder and ends too.
The garbage collector is off while the server is imported (0.5 of 4.7 s), and what is imported is
left out of its later rounds.
"""

import gc
import os
import shutil
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TextIO

LOOPBACK = "127.0.0.1"

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


class NoBrowsers:
    """Refuses requests of web pages: only these name an origin.

    Args:
        app: What answers other requests.
    """

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        answer: Asgi = self._app
        if any(name == b"origin" for name, _ in scope.get("headers", ())):
            from starlette.responses import PlainTextResponse

            answer = PlainTextResponse("Web pages have no access", status_code=403)
        await answer(scope, receive, send)


def main() -> None:
    """Serve Prefect's API on a free loopback port until the run ends."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what else is printed goes to the log
    os.environ["PREFECT_SERVER_API_AUTH_STRING"] = sys.stdin.readline().strip()
    threading.Thread(target=_end_with_the_run, args=(Path.cwd(),), daemon=True).start()
    gc.disable()
    from prefect.server.api.server import create_app
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    app = create_app()
    gc.freeze()
    gc.enable()
    app.add_middleware(NoBrowsers)
    # A name that an attacker has pointed to this machine is no name of the server.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK])
    _serve(app, told)


def _serve(app: Asgi, told: TextIO) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(port, file=told, flush=True)

    # asyncio turns Nagle's algorithm off, which holds answers back for 40 ms, for sockets that are
    # said to be of TCP: those of `socket.create_server` are not.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind((LOOPBACK, 0))
        port = listening.getsockname()[1]
        Server(uvicorn.Config(app, log_level="error", lifespan="on")).run(sockets=[listening])


def _end_with_the_run(folder: Path) -> None:
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
