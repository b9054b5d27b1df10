"""Where credentials of the environment go: to their own service, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.on_server.services import clean_environment
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.servers.redis_server import redis_server
from tests.servers.tap import Tap, tap

model_server = fixtures.model_server

MakeProject = Callable[..., Path]
FACTBOOK = Path(sys.executable).with_name("factbook")
REDIS_PASSWORD = "canary-redis-0d1c"  # noqa: S105 - looked for in what leaves
KEY = "sk-canary-5a77"
OTHERS = {
    "AWS_SECRET_ACCESS_KEY": "canary-aws-91b2",
    "FSSPEC_FTP_PASSWORD": "canary-ftp-77e0",
    "FSSPEC_SFTP_PASSWORD": "canary-sftp-18a3",
    "PREFECT_API_AUTH_STRING": "operator:canary-prefect-c4f5",
    "FACTBOOK_NOTIFY_URL": "http://127.0.0.1:1/canary-notify-2b6d",
    "SMTP_PASSWORD": "canary-smtp-f0e9",
}
"""Credentials that a run has no use for."""

SETTINGS = ("provider=openai", "sub_task_list=1.1.1,1.2.1", "add_summary=true")


def words(values: dict[str, str]) -> list[bytes]:
    """The secret part of credentials."""
    return [value.rpartition("/")[2].rpartition(":")[2].encode() for value in values.values()]


@pytest.fixture
def redis_tap(tmp_path: Path) -> Iterator[Tap]:
    """A Redis that asks for a password, behind a tap."""
    folder = tmp_path / "redis"
    folder.mkdir()
    with redis_server(folder, REDIS_PASSWORD) as address, tap(netloc(address)) as opened:
        yield opened


def netloc(address: str) -> str:
    """Host and port of an address."""
    return urlsplit(address).netloc.rpartition("@")[2]


def files_below(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file in some folders, with what it holds."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path, path.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["threads", "prefect"])
def test_every_credential_goes_to_its_own_service_alone(
    make_project: MakeProject, model_server: Serve, redis_tap: Tap, tmp_path: Path, engine: str
) -> None:
    """Each byte that leaves a whole run, and each file that it leaves, is searched for secrets."""
    provider = model_server({"key": KEY})
    home, temporary, public = (tmp_path / name for name in ("home", "temporary", "public"))
    for folder in (home, temporary, public):
        folder.mkdir()
    project = make_project()
    settings = (*SETTINGS, f"limits.shared=redis://{redis_tap.address}/0", f"publish.to={public}")
    with tap(netloc(provider.base_url)) as model_tap:
        environment = clean_environment(
            home,
            TMPDIR=str(temporary),
            XDG_CACHE_HOME=str(Path.home() / ".cache"),  # the migrated database takes seconds
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=f"http://{model_tap.address}/v1",
            REDIS_URL=f"redis://:{REDIS_PASSWORD}@{redis_tap.address}",
            FACTBOOK_PUBLISH_TO=str(public),
            **OTHERS,
        )
        done = subprocess.run(
            [FACTBOOK, "run", project, "--engine", engine, *(f"--set={one}" for one in settings)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr.decode()
    assert any(public.rglob("*.pdf"))
    every = [KEY.encode(), REDIS_PASSWORD.encode(), *words(OTHERS)]
    assert model_tap.received.count(KEY.encode()) >= 1
    assert REDIS_PASSWORD.encode() in redis_tap.received
    assert [word for word in every[1:] if word in model_tap.received] == []
    assert [word for word in (every[0], *every[2:]) if word in redis_tap.received] == []
    kept = [("output", done.stdout), ("errors", done.stderr)]
    kept += [(str(path), text) for path, text in files_below(project, public, home, temporary)]
    assert len(kept) > 50
    assert [(name, word) for name, text in kept for word in every if word in text] == []
