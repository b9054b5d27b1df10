"""How this process reaches the server that stays, and whether it does."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from factbook.errors import ConfigError, Finding, StoppedError
from flows.server.auth import AuthString, kept_auth_string

ANSWER_SECONDS = 10
LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound


@dataclass(frozen=True)
class Connection:
    """A server and the right to use it.

    Attributes:
        api_url: Address of its API.
        auth: What it is shown; None when nothing is known.
    """

    api_url: str
    auth: AuthString | None

    @property
    def environment(self) -> dict[str, str]:
        """What a program of Prefect needs to reach the server."""
        auth = {"PREFECT_API_AUTH_STRING": self.auth.text} if self.auth else {}
        return {"PREFECT_API_URL": self.api_url, "PREFECT_UI_URL": pages_url(self.api_url), **auth}

    def check(self) -> None:
        """Make sure that a Prefect server answers there and lets us in.

        Raises:
            StoppedError: Nothing answers.
            ConfigError: It is no Prefect server, or refuses the authentication string.
        """
        status, body = self._ask("/health")
        if status != 200 or body is not True:
            raise _wrong(
                f"{self.api_url} is no address of a Prefect server's API",
                "Set PREFECT_API_URL to http://HOST:PORT/api of the server",
            )
        status, _ = self._ask("/admin/version")
        if status != 401:
            return
        if self.auth is None:
            raise _wrong(
                f"the server at {self.api_url} asks for an authentication string",
                "Set PREFECT_API_AUTH_STRING to the one that it was started with",
            )
        raise _wrong(
            f"the server at {self.api_url} refuses the authentication string of {self.auth.source}",
            "Set PREFECT_API_AUTH_STRING to the one that the server was started with",
        )

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Prefect's clients use this server inside the block."""
        from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

        text = self.auth.text if self.auth else None
        with temporary_settings({PREFECT_API_URL: self.api_url, PREFECT_API_AUTH_STRING: text}):
            yield

    def _ask(self, path: str) -> tuple[int, object]:
        """Status and JSON of an answer; None for what is no JSON."""
        request = Request(f"{self.api_url}{path}")  # noqa: S310 - the user's own address
        if self.auth:
            code = base64.b64encode(self.auth.text.encode()).decode()
            request.add_header("Authorization", f"Basic {code}")
        # The proxies of the environment are not meant for this machine.
        proxies = [ProxyHandler({})] if _is_loopback(self.api_url) else []
        try:
            with build_opener(*proxies).open(request, timeout=ANSWER_SECONDS) as answer:
                return answer.status, json.loads(answer.read())
        except HTTPError as error:
            return error.code, None
        except (URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise StoppedError(
                f"No Prefect server answers at {self.api_url} ({reason}). Start it with "
                "make server, or set PREFECT_API_URL to the address of yours"
            ) from None
        except ValueError:
            return 200, None


def connection() -> Connection:
    """The server that environment and profile name; without either, the one of this machine.

    Raises:
        ConfigError: The file with the authentication string is not to be trusted.
    """
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    api_url = _api_url().rstrip("/")
    if settings.api.auth_string:
        text = settings.api.auth_string.get_secret_value()
        return Connection(api_url, AuthString(text, "PREFECT_API_AUTH_STRING"))
    if settings.server.api.auth_string:
        text = settings.server.api.auth_string.get_secret_value()
        return Connection(api_url, AuthString(text, "PREFECT_SERVER_API_AUTH_STRING"))
    # What this user's own server asks for is shown to no server elsewhere.
    return Connection(api_url, kept_auth_string() if _is_loopback(api_url) else None)


def local_url(host: str, port: int) -> str:
    """Address of a server of this machine, for its own clients."""
    name = "127.0.0.1" if host in EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def pages_url(api_url: str) -> str:
    """Address of the web pages that links lead to: Prefect's newer ones, unless told otherwise."""
    return os.environ.get("PREFECT_UI_URL") or f"{api_url.removesuffix('/api')}/v2"


def _api_url() -> str:
    """The environment's address, then the one of its host and port, then the profile's."""
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    moved = os.environ.keys() & {"PREFECT_SERVER_API_HOST", "PREFECT_SERVER_API_PORT"}
    if settings.api.url and ("PREFECT_API_URL" in os.environ or not moved):
        return settings.api.url
    return f"{local_url(settings.server.api.host, settings.server.api.port)}/api"


def _is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in LOOPBACK


def _wrong(message: str, remedy: str) -> ConfigError:
    return ConfigError(
        [Finding(severity="error", code="server.connection", message=message, remedy=remedy)]
    )
