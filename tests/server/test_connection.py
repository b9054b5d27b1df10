"""The connection to the server: a wrong address is reported in one sentence, and soon."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import prefect.settings
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from factbook.errors import ConfigError, StoppedError
from server.auth import AuthString
from server.connection import Connection, connection
from tests.servers.web import Quiet, web_server


@contextmanager
def listener(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port at which each connection is answered by a function; it ends with the block."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def serve() -> None:
            while True:
                try:
                    link, _ = listening.accept()
                except OSError:  # closed
                    return
                with link:
                    try:
                        answer(link)
                    except OSError:  # the other side has gone
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def one_answer(
    status: int, tls: ssl.SSLContext | None = None, **headers: str
) -> Iterator[tuple[str, list[str]]]:
    """A web server with one answer to all; gives its address, and what it was shown."""
    shown: list[str] = []

    class Handler(Quiet):
        def do_GET(self) -> None:
            shown.append(f"{self.path} {self.headers.get('Authorization')}")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    with web_server(Handler, tls) as url:
        yield url, shown


def settings(url: str) -> None:
    """Look for the server at an address of the environment."""
    with prefect.settings.temporary_settings({prefect.settings.PREFECT_API_URL: url}):
        connection().check()


def test_host_that_never_answers_is_unavailable() -> None:
    """A connection that is taken and left alone ends the wait."""
    with listener(lambda _: time.sleep(1)) as port:
        url = f"http://127.0.0.1:{port}/api"
        with pytest.raises(StoppedError, match=rf"No Prefect server answers at {url} \(.+\)"):
            Connection(url, None).check(seconds=0.3)


@pytest.mark.slow
def test_answer_that_trickles_in_is_none() -> None:
    """Each byte is in time, all together are not: 8 s at most, as the docs say."""

    def drip(link: socket.socket) -> None:
        for _ in range(40):
            link.sendall(b"H")
            time.sleep(0.25)

    with listener(drip) as port, pytest.raises(StoppedError, match=r"no answer within 8 s"):
        Connection(f"http://127.0.0.1:{port}/api", None).check()


def test_plain_address_of_a_server_with_tls_is_reported() -> None:
    """Such a server does not answer plain HTTP; the error names the setting."""
    with (
        listener(lambda link: link.sendall(b"\x15\x03\x01\x00\x02\x02\x46\r\n")) as port,
        pytest.raises(StoppedError, match="or set PREFECT_API_URL"),
    ):
        Connection(f"http://127.0.0.1:{port}/api", None).check()


def test_tls_address_of_a_plain_server_is_reported() -> None:
    """The address is wrong: the server is not unavailable."""
    with one_answer(200) as (url, _), pytest.raises(ConfigError) as raised:
        Connection(f"{url.replace('http', 'https')}/api", None).check()
    assert "cannot be reached with TLS" in str(raised.value)
    assert "If the server has no TLS, set PREFECT_API_URL" in str(raised.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine that nobody has signed, with its key."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    return path


def test_certificates_count_as_with_prefects_own_client(certificate: Path) -> None:
    """Prefect's setting names a private authority; without it, the certificate is rejected."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with one_answer(404, tls=context) as (address, _):
        url = f"{address.replace('127.0.0.1', 'localhost')}/api"
        with pytest.raises(ConfigError, match="PREFECT_API_SSL_CERT_FILE"):
            Connection(url, None).check()
        known = {prefect.settings.PREFECT_API_SSL_CERT_FILE: str(certificate)}
        with (
            prefect.settings.temporary_settings(known),
            pytest.raises(ConfigError, match="is not the address of a Prefect server's API"),
        ):
            Connection(url, None).check()


def test_missing_certificates_are_reported(tmp_path: Path) -> None:
    """The setting and the file, not an outage; without TLS the file is not needed."""
    known = {prefect.settings.PREFECT_API_SSL_CERT_FILE: str(tmp_path / "none.pem")}
    with prefect.settings.temporary_settings(known), one_answer(404) as (url, _):
        with pytest.raises(ConfigError) as raised:
            Connection(f"{url.replace('http', 'https')}/api", None).check()
        assert f"the certificates of {tmp_path / 'none.pem'} cannot be read" in str(raised.value)
        assert "Set PREFECT_API_SSL_CERT_FILE" in str(raised.value)
        with pytest.raises(ConfigError, match="is not the address of a Prefect server's API"):
            Connection(f"{url}/api", None).check()


def test_string_of_ones_own_server_is_sent_to_no_other() -> None:
    """Wherever it is kept; with Prefect Cloud it would take the place of the key."""
    of_server = {
        prefect.settings.PREFECT_SERVER_API_AUTH_STRING: "factbook:canary-7a",
        prefect.settings.PREFECT_API_AUTH_STRING: None,
    }
    for url, is_own in (
        ("https://api.example.org/api", False),
        ("http://127.0.0.1:4200/api", True),
    ):
        known = {**of_server, prefect.settings.PREFECT_API_URL: url}
        with prefect.settings.temporary_settings(known):
            assert (connection().auth is not None) is is_own


def test_redirect_is_refused() -> None:
    """A proxy that redirects to its TLS address: the user must name that one; no string is sent."""
    with one_answer(200) as (other, shown), one_answer(307, Location=other) as (url, _):
        with pytest.raises(ConfigError, match=f"{url}/api redirects to {other}"):
            Connection(f"{url}/api", AuthString("me:secret", "test")).check()
        assert not shown


def test_web_pages_are_not_the_api() -> None:
    """The address without /api answers, with a page."""
    with one_answer(200) as (url, _), pytest.raises(ConfigError) as raised:
        Connection(url, None).check()
    assert f"{url} is not the address of a Prefect server's API" in str(raised.value)
    assert "Set PREFECT_API_URL to http://HOST:PORT/api" in str(raised.value)


@pytest.mark.parametrize(
    "url", ["localhost:4200/api", "ftp://host/api", "http://host:port/api", "http://"]
)
def test_text_that_is_not_an_address_is_refused(url: str) -> None:
    """The error repeats it, with the form of an address."""
    with pytest.raises(ConfigError, match="PREFECT_API_URL is not an address: ") as raised:
        settings(url)
    assert url.rstrip("/") in str(raised.value)


def test_password_in_the_address_is_refused_and_not_repeated() -> None:
    """It belongs into a setting of its own."""
    with pytest.raises(ConfigError) as raised:
        settings("http://factbook:canary-3d@127.0.0.1:4200/api")
    assert "Set PREFECT_API_AUTH_STRING to USER:PASSWORD" in str(raised.value)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_proxy_whose_server_is_unavailable_is_not_a_wrong_address(status: int) -> None:
    """The proxy answers in the server's place."""
    with one_answer(status) as (url, _), pytest.raises(StoppedError) as raised:
        Connection(f"{url}/api", None).check()
    assert f"No Prefect server answers at {url}/api (HTTP {status})" in str(raised.value)
