"""Where credentials of the environment go: to their own service, and nowhere else."""

from __future__ import annotations

import socketserver
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.on_server.services import clean_environment, free_port
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.servers.ftp_server import USER, ftp_server
from tests.servers.redis_server import redis_server
from tests.servers.running import RunningServer
from tests.servers.tap import Tap, tap

model_server = fixtures.model_server

MakeProject = Callable[..., Path]
FACTBOOK = Path(sys.executable).with_name("factbook")
SERVICES = {"model": "sk-canary-5a77", "redis": "canary-redis-0d1c", "ftp": "canary-ftp-77e0"}
"""Service that a run uses → its credential."""

OTHERS = {
    "AWS_SECRET_ACCESS_KEY": "canary-aws-91b2",
    "FSSPEC_SFTP_PASSWORD": "canary-sftp-18a3",
    "PREFECT_API_AUTH_STRING": "operator:canary-prefect-c4f5",
    "FACTBOOK_NOTIFY_URL": "mailto://me:canary-notify-2b6d@{mail}",
    "SMTP_PASSWORD": "canary-smtp-f0e9",
}
"""Credentials that a run has no use for."""

SECRETS = (
    *(word.encode() for word in SERVICES.values()),
    *(f"canary-{name}".encode() for name in ("aws", "sftp", "prefect", "notify", "smtp")),
)
SETTINGS = ("provider=openai", "sub_task_list=1.1.1,1.2.1", "add_summary=true")
WAIT_SECONDS = 120.0


@dataclass
class World:
    """A project, the services that a run of it uses, and the folders that it can write to.

    Attributes:
        project: The project folder.
        public: The folder that the file server serves.
        home: Home of whoever runs it.
        temporary: Where temporary files go.
        model: The provider.
        taps: Service → all that is sent to it; ``mail`` is a server of mail, which nobody needs.
        environment: What is changed in the environment.
    """

    project: Path
    public: Path
    home: Path
    temporary: Path
    model: RunningServer
    taps: dict[str, Tap]
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, engine: str, *settings: str) -> list[str]:
        """The command that runs the project."""
        every = (
            *SETTINGS,
            f"limits.shared=redis://{self.taps['redis'].address}/0",
            f"publish.to=ftp://{self.taps['ftp'].address}/site",
            *settings,
        )
        assignments = (f"--set={one}" for one in every)
        return [str(FACTBOOK), "run", str(self.project), "--engine", engine, *assignments]

    def all_variables(self) -> dict[str, str]:
        """The environment, with every credential."""
        mail = self.taps["mail"].address
        host, _, port = mail.partition(":")
        return (
            clean_environment(
                self.home,
                TMPDIR=str(self.temporary),
                XDG_CACHE_HOME=str(Path.home() / ".cache"),  # the migrated database takes seconds
                OPENAI_API_KEY=SERVICES["model"],
                OPENAI_BASE_URL=f"http://{self.taps['model'].address}/v1",
                REDIS_URL=f"redis://:{SERVICES['redis']}@{self.taps['redis'].address}",
                FSSPEC_FTP_USERNAME=USER,
                FSSPEC_FTP_PASSWORD=SERVICES["ftp"],
                FACTBOOK_PUBLISH_TO=f"ftp://{self.taps['ftp'].address}",
                SMTP_HOST=host,
                SMTP_PORT=port,
                **{name: value.format(mail=mail) for name, value in OTHERS.items()},
            )
            | self.environment
        )

    def end_of(self, engine: str, *settings: str) -> subprocess.CompletedProcess[bytes]:
        """Run the project to its end."""
        return subprocess.run(
            self.command(engine, *settings),
            env=self.all_variables(),
            cwd=self.home.parent,
            capture_output=True,
            timeout=300,
        )

    def leaks(self, *said: bytes) -> list[tuple[str, bytes]]:
        """Where a secret stands that is not meant for it: what was sent, said and written."""
        texts = [(f"said {number}", text) for number, text in enumerate(said)]
        texts += [(str(path), text) for path, text in self.files()]
        found = [(name, word) for name, text in texts for word in SECRETS if word in text]
        for name, one in self.taps.items():
            own = SERVICES.get(name, "").encode()
            found += [(name, word) for word in SECRETS if word != own and word in one.received]
        return found

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Every file that a run can have written, with its content, also what it packed."""
        for folder in (self.project, self.public, self.home, self.temporary):
            for path in sorted(folder.rglob("*")):
                if not path.is_file():
                    continue
                yield path, path.read_bytes()
                if zipfile.is_zipfile(path):
                    with zipfile.ZipFile(path) as packed:
                        yield from ((path / name, packed.read(name)) for name in packed.namelist())


@pytest.fixture
def world(make_project: MakeProject, model_server: Serve, tmp_path: Path) -> Iterator[World]:
    """Services that ask for their credentials, each behind a tap."""
    made = [tmp_path / name for name in ("public", "home", "temporary", "redis")]
    for folder in made:
        folder.mkdir()
    public, home, temporary, redis = made
    provider = model_server({"key": SERVICES["model"]})
    with ExitStack() as stack:
        addresses = {
            "model": provider.base_url,
            "redis": stack.enter_context(redis_server(redis, SERVICES["redis"])),
            "ftp": f"ftp://{stack.enter_context(ftp_server(public, SERVICES['ftp']))}",
        }
        netlocs = {name: urlsplit(one).netloc.rpartition("@")[2] for name, one in addresses.items()}
        taps = {name: stack.enter_context(tap(one)) for name, one in netlocs.items()}
        taps["mail"] = stack.enter_context(tap())
        yield World(make_project(), public, home, temporary, provider, taps)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["threads", "prefect"])
def test_every_credential_goes_to_its_own_service_alone(world: World, engine: str) -> None:
    """Each byte that leaves a whole run, and each file that it leaves, is searched for secrets."""
    done = world.end_of(engine)
    assert done.returncode == 0, done.stderr.decode()
    for name, word in SERVICES.items():
        assert word.encode() in world.taps[name].received
    assert world.taps["mail"].connections == 0
    assert any(world.public.rglob("*.pdf"))
    assert len(list(world.files())) > 50
    assert world.leaks(done.stdout, done.stderr) == []


class RefusingFiles(socketserver.StreamRequestHandler):
    """A server of FTP that lets nobody in, and repeats what it was told."""

    def handle(self) -> None:
        """Ask for name and password, and refuse them."""
        self.wfile.write(b"220 Ready\r\n")
        self.rfile.readline()
        self.wfile.write(b"331 And the password?\r\n")
        self.wfile.write(b"530 This is not right: " + self.rfile.readline().strip() + b"\r\n")


class RefusingRedis(socketserver.BaseRequestHandler):
    """A Redis that does nothing, and repeats what it was told."""

    def handle(self) -> None:
        """Answer each command with an error."""
        while said := self.request.recv(65_536):
            self.request.sendall(b"-ERR unknown: " + b" ".join(said.split()) + b"\r\n")


class FailingRedis(socketserver.BaseRequestHandler):
    """A Redis that knows lists, and repeats in its errors all that it was told."""

    def handle(self) -> None:
        """Answer each command; the first ones are those of a client that connects."""
        said = b""
        while command := self.request.recv(65_536):
            said += command
            words = command.upper().split()
            number = sum(word.startswith(b"*") for word in words)
            if b"HELLO" in words:
                self.request.sendall(b"%1\r\n$5\r\nproto\r\n:3\r\n" + b"+OK\r\n" * (number - 1))
            elif b"LRANGE" in words:
                self.request.sendall(b"*0\r\n")
            elif b"EXEC" in words:
                self.request.sendall(b"+OK\r\n" + b"+QUEUED\r\n" * (number - 2))
                self.request.sendall(b"*%d\r\n" % (number - 2) + b":1\r\n" * (number - 2))
            elif {b"EVALSHA", b"EVAL"}.isdisjoint(words):
                self.request.sendall(b"+OK\r\n" * number)
            else:
                self.request.sendall(b"-ERR failed: " + b" ".join(said.split()) + b"\r\n")


@contextmanager
def refusing(handler: type[socketserver.BaseRequestHandler]) -> Iterator[str]:
    """A server that refuses whoever comes; gives ``HOST:PORT``."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


Fault = Callable[[World, ExitStack], tuple[str, ...]]
"""Makes runs of a project fail; gives settings of the run."""


def key_refused(world: World, _: ExitStack) -> tuple[str, ...]:
    """The provider knows another key, and repeats this one."""
    world.model.set_scenario({"key": "another", "echo_key": True})
    return ()


def redis_refuses(world: World, stack: ExitStack) -> tuple[str, ...]:
    """The Redis repeats the password."""
    address = stack.enter_context(refusing(RefusingRedis))
    world.environment["REDIS_URL"] = f"redis://:{SERVICES['redis']}@{address}"
    return (f"limits.shared=redis://{address}/0",)


def redis_fails(world: World, stack: ExitStack) -> tuple[str, ...]:
    """The Redis keeps lists, so that the run begins, and repeats what else it was told."""
    address = stack.enter_context(refusing(FailingRedis))
    world.environment["REDIS_URL"] = f"redis://:{SERVICES['redis']}@{address}"
    return (f"limits.shared=redis://{address}/0",)


def redis_away(world: World, _: ExitStack) -> tuple[str, ...]:
    """Nobody listens where the Redis was."""
    address = f"127.0.0.1:{free_port()}"
    world.environment["REDIS_URL"] = f"redis://:{SERVICES['redis']}@{address}"
    return (f"limits.shared=redis://{address}/0",)


def files_refused(world: World, stack: ExitStack) -> tuple[str, ...]:
    """The server that takes the files repeats the password."""
    address = f"ftp://{stack.enter_context(refusing(RefusingFiles))}"
    world.environment["FACTBOOK_PUBLISH_TO"] = address
    return (f"publish.to={address}/site",)


def files_away(world: World, _: ExitStack) -> tuple[str, ...]:
    """Nobody listens where files are taken."""
    world.environment["FACTBOOK_PUBLISH_TO"] = address = f"ftp://127.0.0.1:{free_port()}"
    return (f"publish.to={address}/site",)


def bad_redis_address(world: World, _: ExitStack) -> tuple[str, ...]:
    """The address of the Redis in the environment is none."""
    world.environment["REDIS_URL"] = f"redis://:{SERVICES['redis']}@[bad:port/x"
    return ()


def bad_provider_address(world: World, _: ExitStack) -> tuple[str, ...]:
    """The address of the provider holds a password, and is none."""
    world.environment["OPENAI_BASE_URL"] = f"http://me:{SERVICES['model']}@[bad:port"
    return ()


def bad_settings(world: World, _: ExitStack) -> tuple[str, ...]:
    """The configuration of the project is none."""
    (world.project / "project.toml").write_text("project_name = 3\nunknown = 1\n[data]\netm = []")
    return ()


def bad_sheet(world: World, _: ExitStack) -> tuple[str, ...]:
    """The sheet of the project is damaged."""
    (world.project / "prompt_sheet.xlsx").write_bytes(b"PK\3\4" + b"damaged" * 100)
    return ()


FAULTS: tuple[tuple[Fault, int], ...] = (
    (key_refused, 3), (redis_refuses, 3), (redis_fails, 3), (redis_away, 3), (files_refused, 3),
    (files_away, 3), (bad_redis_address, 2), (bad_provider_address, 2), (bad_settings, 2),
    (bad_sheet, 2),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_run_that_fails_tells_no_credential(world: World, fault: Fault, code: int) -> None:
    """Sentences about errors, and the texts of others in them, are where secrets would stand."""
    with ExitStack() as stack:
        settings = fault(world, stack)
        done = world.end_of("threads", *settings)
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert world.leaks(done.stdout, done.stderr) == []


@pytest.mark.slow
def test_flow_run_that_fails_tells_no_credential(world: World) -> None:
    """What Prefect keeps and logs of errors is searched as well."""
    with ExitStack() as stack:
        settings = files_refused(world, stack)
        done = world.end_of("prefect", *settings)
    assert done.returncode == 3, done.stderr.decode()
    assert world.leaks(done.stdout, done.stderr) == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["threads", "prefect"])
def test_run_that_is_killed_leaves_no_credential(world: World, engine: str) -> None:
    """Neither in what it had written when it was killed, nor when the next one goes on."""
    world.model.set_scenario({"key": SERVICES["model"], "latency_seconds": 0.5})
    with subprocess.Popen(
        world.command(engine),
        env=world.all_variables(),
        cwd=world.home.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        deadline = time.monotonic() + WAIT_SECONDS
        while len(world.model.ledger()) < 3:
            assert time.monotonic() < deadline, "it has asked for nothing"
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
        said = process.communicate(timeout=WAIT_SECONDS)
    assert world.leaks(*said) == []
    world.model.set_scenario({"key": SERVICES["model"]})
    done = world.end_of(engine)
    assert done.returncode == 0, done.stderr.decode()
    assert world.leaks(done.stdout, done.stderr) == []
