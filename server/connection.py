"""The connection of this process to the permanent server, and its check."""

from __future__ import annotations

import base64
import json
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    ProxyHandler,
    Request,
    build_opener,
)

import certifi

from factbook.errors import StoppedError
from server.auth import AuthString, kept_auth_string
from server.config_error import config_error
from server.prefect_settings import require_settings

ANSWER_SECONDS = 8.0
"""How long a server may take in all for the first answers before it counts as unavailable."""

MOST_BYTES = 1_000_000

_ADDRESS = "Set PREFECT_API_URL to http://HOST:PORT/api of the server"
_TLS = (
    "If the server has no TLS, set PREFECT_API_URL to its http:// address; otherwise set "
    "PREFECT_API_SSL_CERT_FILE to the certificate file of its authority"
)
_AUTH = "Set PREFECT_API_AUTH_STRING to the string that the server was started with"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound


@dataclass(frozen=True)
class Connection:
    """A server and the authentication for it.

    Attributes:
        api_url: Address of its API.
        auth: The authentication string sent to it; None when none is known.
    """

    api_url: str
    auth: AuthString | None

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which Prefect's programs reach the server."""
        auth = {"PREFECT_API_AUTH_STRING": self.auth.text} if self.auth else {}
        return {"PREFECT_API_URL": self.api_url, "PREFECT_UI_URL": pages_url(self.api_url), **auth}

    def check(self, seconds: float = ANSWER_SECONDS) -> None:
        """Make sure that a Prefect server answers at the address and accepts the authentication.

        Args:
            seconds: How long it may take.

        Raises:
            StoppedError: Nothing answers in time.
            ConfigError: It is not a Prefect server, or it rejects the authentication string.
        """
        found: list[BaseException | None] = []

        def look() -> None:
            try:
                self._check()
            except Exception as error:  # noqa: BLE001 - raised below, in the caller's thread
                found.append(error)
            else:
                found.append(None)

        # A name that does not resolve, several addresses that hang and an answer that trickles in
        # have no common time-out, so the check runs in a thread that can be abandoned.
        context = copy_context()  # with the settings of this thread
        thread = threading.Thread(target=context.run, args=(look,), name="connection", daemon=True)
        thread.start()
        thread.join(seconds)
        if not found:
            raise self._unavailable(f"no answer within {seconds:g} s")
        if found[0] is not None:
            raise found[0]

    def _check(self) -> None:
        status, body = self._ask("/health")
        if 300 <= status < 400:
            raise config_error("connection", f"{self.api_url} redirects to {body}", _ADDRESS)
        if status >= 500:  # from the server, or from a proxy in front of it
            raise self._unavailable(f"HTTP {status}")
        if status != 200 or body is not True:
            message = f"{self.api_url} is not the address of a Prefect server's API"
            raise config_error("connection", message, _ADDRESS)
        status, _ = self._ask("/admin/version")
        if status != 401:
            return
        message = f"the server at {self.api_url} requires an authentication string"
        if self.auth is not None:
            message = (
                f"the server at {self.api_url} rejects the authentication string of "
                f"{self.auth.source}"
            )
        raise config_error("connection", message, _AUTH)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Make Prefect's clients use this server inside the block."""
        from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

        text = self.auth.text if self.auth else None
        with temporary_settings({PREFECT_API_URL: self.api_url, PREFECT_API_AUTH_STRING: text}):
            yield

    def _ask(self, path: str) -> tuple[int, object]:
        """Status and JSON of an answer; the target of a redirect; None for what is not JSON."""
        request = Request(f"{self.api_url}{path}")  # noqa: S310 - the user's own address
        if self.auth:
            code = base64.b64encode(self.auth.text.encode()).decode()
            request.add_header("Authorization", f"Basic {code}")
        handlers: list[BaseHandler] = [_NoRedirect()]
        if _is_loopback(self.api_url):  # the environment's proxies are not meant for it
            handlers.append(ProxyHandler({}))
        if self.api_url.startswith("https:"):
            handlers.append(HTTPSHandler(context=_trusted()))
        opener = build_opener(*handlers)
        try:
            with opener.open(request, timeout=ANSWER_SECONDS) as answer:
                return answer.status, json.loads(answer.read(MOST_BYTES))
        except HTTPError as error:
            return error.code, error.headers.get("Location")
        except (OSError, HTTPException) as error:  # URLError is an OSError
            reason = error.reason if isinstance(error, URLError) else error
            if isinstance(reason, ssl.SSLError):
                message = f"{self.api_url} cannot be reached with TLS ({reason})"
                raise config_error("connection", message, _TLS) from None
            raise self._unavailable(str(reason) or type(reason).__name__) from None
        except ValueError:
            return 200, None

    def _unavailable(self, reason: str) -> StoppedError:
        return StoppedError(
            f"No Prefect server answers at {self.api_url} ({reason}). Start it with "
            "make server, or set PREFECT_API_URL to the address of your server"
        )


class _NoRedirect(HTTPRedirectHandler):
    """Follows no redirect: the other address would receive the authentication string."""

    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        """None: the redirect itself is the answer."""


def connection() -> Connection:
    """The server that environment or profile name; without either, the one of this machine.

    Raises:
        ConfigError: The address is invalid, the file with the authentication string cannot be
            trusted, or Prefect cannot read its settings.
    """
    require_settings()
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    api_url = _api_url().strip().rstrip("/")
    if "@" in api_url:  # not repeated: it may be a password
        message = "PREFECT_API_URL contains a user name or a password"
        raise config_error(
            "connection", message, "Set PREFECT_API_AUTH_STRING to USER:PASSWORD instead"
        )
    if not _is_address(api_url):
        message = f"PREFECT_API_URL is not an address: '{api_url}'"
        raise config_error("connection", message, _ADDRESS)
    if settings.api.auth_string:
        text = settings.api.auth_string.get_secret_value()
        return Connection(api_url, AuthString(text, "PREFECT_API_AUTH_STRING"))
    # The string of this user's own server is sent to no other server.
    if not _is_loopback(api_url) and api_url != _own_url():
        return Connection(api_url, None)
    if settings.server.api.auth_string:
        text = settings.server.api.auth_string.get_secret_value()
        return Connection(api_url, AuthString(text, "PREFECT_SERVER_API_AUTH_STRING"))
    return Connection(api_url, kept_auth_string())


def local_url(host: str, port: int) -> str:
    """Address of a server of this machine, for its own clients.

    Raises:
        ConfigError: The port is out of range.
    """
    if not 1 <= port <= 65535:
        message = f"PREFECT_SERVER_API_PORT is {port}"
        raise config_error(
            "port", message, "Set it to a free port, or unset it", allowed="1 to 65535"
        )
    name = "127.0.0.1" if host in EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def pages_url(api_url: str) -> str:
    """Address of the web pages that links lead to: Prefect's newer ones, unless configured."""
    return os.environ.get("PREFECT_UI_URL") or f"{api_url.removesuffix('/api')}/v2"


def _api_url() -> str:
    """The environment's address, else that of its host and port, else the profile's."""
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    moved = os.environ.keys() & {"PREFECT_SERVER_API_HOST", "PREFECT_SERVER_API_PORT"}
    return url if url and ("PREFECT_API_URL" in os.environ or not moved) else _own_url()


def _own_url() -> str:
    """Address of the server that these settings would start."""
    from prefect.settings import get_current_settings

    server = get_current_settings().server.api
    return f"{local_url(server.host, server.port)}/api"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an invalid port
        return False


def _trusted() -> ssl.SSLContext:
    """The trusted certificates, as for Prefect's own client.

    Raises:
        ConfigError: There is no such file, or it holds no certificates.
    """
    from prefect.settings import get_current_settings

    api = get_current_settings().api
    file = api.ssl_cert_file or certifi.where()
    try:
        context = ssl.create_default_context(cafile=file)
    except OSError as error:  # an SSLError is one
        message = f"the certificates of {file} cannot be read ({error.strerror or error})"
        remedy = "Set PREFECT_API_SSL_CERT_FILE to a file in PEM format, or unset it"
        raise config_error("connection", message, remedy) from None
    if api.tls_insecure_skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in LOOPBACK
