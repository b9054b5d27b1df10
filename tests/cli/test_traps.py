"""Projects, and folders to start in, that hold what would run if somebody loaded it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore
from prefect.serializers import PickleSerializer

MakeProject = Callable[..., Path]
PROGRAM = (str(Path(sys.executable).with_name("factbook")),)
MODULES = (
    *("sitecustomize", "usercustomize", "conftest", "encodings", "multiprocessing", "pickle"),
    *("signal", "tomllib", "orjson", "pandas", "numpy", "rich", "pydantic", "yaml", "uvicorn"),
    *("prefect", "prefect_dask", "dask", "distributed", "cloudpickle", "xllamacpp", "starlette"),
    *("factbook", "flows", "tasks", "server", "model_server", "report", "registry"),
)
LOGGING = """version: 1
disable_existing_loggers: false
handlers:
  console:
    (): os.mkdir
    path: {canary}
root:
  handlers: [console]
"""


class Traps:
    """Writes traps, and tells which of them were walked into.

    Args:
        folder: Where those that were leave a sign.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()

    @property
    def sprung(self) -> list[str]:
        """Signs of what was run."""
        return sorted(path.name for path in self._folder.iterdir())

    def modules(self, folder: Path) -> None:
        """Modules with names of others."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in MODULES:
            code = f"import os\nos.mkdir({str(self._folder / name)!r})\n"
            (folder / f"{name}.py").write_text(code, encoding="utf-8")

    def settings(self, folder: Path, *names: str) -> None:
        """Files from which Prefect and Dask take settings."""
        logging = folder / "logging.yml"
        logging.write_text(LOGGING.format(canary=self._folder / "logging"), encoding="utf-8")
        home, profiles = self._folder / "home", folder / "profiles.toml"
        values = {"home": home, "profiles_path": profiles}
        paths = "".join(f'{key} = "{value}"\n' for key, value in values.items())
        logs = f'config_path = "{logging}"\n'
        profiles.write_text(
            f'active = "trap"\n[profiles.trap]\nPREFECT_HOME = "{home}"\n', encoding="utf-8"
        )
        contents = {
            "prefect.toml": f"{paths}[logging]\n{logs}[plugins]\nenabled = true\n",
            "pyproject.toml": f"[tool.prefect]\n{paths}[tool.prefect.logging]\n{logs}",
            ".env": f"PREFECT_HOME={home}\nPREFECT_PROFILES_PATH={profiles}\n"
            f"PREFECT_LOGGING_CONFIG_PATH={logging}\nOPENAI_API_KEY=trap\n",
            "dask.yaml": f"distributed:\n  worker:\n    preload: [{folder}/sitecustomize.py]\n",
        }
        for name in names or contents:
            (folder / name).write_text(contents[name], encoding="utf-8")

    def results(self, folder: Path) -> None:
        """Results that Prefect is said to have stored: pickles that make a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        store = ResultStore(
            result_storage=LocalFileSystem(basepath=str(folder)), serializer=PickleSerializer()
        )
        for key in ("1.1.1@AT", "payload"):
            store.write(Payload(self._folder / f"result {key}"), key=key)


class Payload:
    """Makes a folder when it is loaded, as its pickle says."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)

    def __reduce__(self) -> tuple[Any, ...]:
        """What loading calls."""
        return os.mkdir, (self._path,)


@pytest.fixture
def traps(tmp_path: Path) -> Traps:
    """Traps whose signs lie in a folder of the test."""
    return Traps(tmp_path / "sprung")


@pytest.fixture
def said(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """What a command says that is typed in a folder."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    home = tmp_path / "user"
    home.mkdir()
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    kept = {key: value for key, value in os.environ.items() if "PREFECT" not in key}
    own = {"HOME": str(home), "XDG_CACHE_HOME": cache, "TMPDIR": str(temporary)}

    def carry_out(
        folder: Path, *command: str | Path, program: tuple[str, ...] = PROGRAM
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*program, *map(str, command)],
            env={**kept, **own},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return carry_out


Said = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        ("--set", "run.engine=threads"),
        ("--set", "run.engine=prefect"),
        ("--set", "runner=dask", "--set", "limits.max_workers=2"),
    ],
    ids=["threads", "prefect", "dask"],
)
def test_nothing_of_the_folder_is_run(
    make_project: MakeProject, traps: Traps, said: Said, tmp_path: Path, settings: tuple[str, ...]
) -> None:
    """Started in a folder of traps, a project of traps inside it, and twice: with a report too."""
    folder = make_project().parent
    project = folder / "project"
    for one in (folder, project, tmp_path / "temporary" / "dask-scratch-space"):
        traps.modules(one)
    traps.settings(folder)
    for one in (".prefect-results", ".prefect", "electricity-in-europe/.prefect-results"):
        traps.results(project / "out" / one)
    run = ("run", project, "--set", 'objective_list=["1"]', "--set", "outputs=csv,md", *settings)
    assert said(folder, *run).returncode == 0
    again = said(folder, *run, "--set", 'objective_list=["1","2"]')
    assert again.returncode == 0, again.stderr
    assert said(folder, "check", project).returncode == 0
    assert traps.sprung == []


@pytest.mark.slow
def test_nothing_of_a_project_is_run_in_it(
    make_project: MakeProject, traps: Traps, said: Said
) -> None:
    """Started in the project itself: refused for its settings, and without them a report."""
    project = make_project()
    traps.modules(project)
    traps.settings(project)
    for command in (("run", "."), ("check", "."), ("run", ".", "--engine", "threads")):
        done = said(project, *command)
        assert done.returncode == 2
        for name in ("prefect.toml", "pyproject.toml", ".env"):
            assert f"{name}: a project has no settings of Prefect" in done.stderr + done.stdout
        (project / "prefect.toml").unlink(missing_ok=True)
        traps.settings(project)
    for name in ("prefect.toml", "pyproject.toml", ".env"):
        (project / name).unlink()
    done = said(project, "run", ".", "--set", "objective_list=1", "--set", "outputs=csv,md")
    assert done.returncode == 0, done.stderr
    reports = project / "out" / "electricity-in-europe"
    assert said(project, "diff", reports, reports).returncode == 0
    assert traps.sprung == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["env", "setup", "worker", "start"])
def test_no_command_of_the_server_reads_settings_of_its_folder(
    traps: Traps, said: Said, tmp_path: Path, command: str
) -> None:
    """Whatever it ends with here."""
    folder = tmp_path / "folder"
    traps.modules(folder)
    traps.settings(folder)
    assert "Traceback" not in said(folder, "server", command).stderr
    assert traps.sprung == []


@pytest.mark.slow
def test_server_and_worker_are_started_out_of_the_folder(
    traps: Traps, said: Said, tmp_path: Path
) -> None:
    """Prefect's own program looks for settings where it is started, and Python for modules."""
    folder = tmp_path / "folder"
    traps.modules(folder)
    traps.settings(folder)
    code = (
        "from server.prefect_settings import require_settings\n"
        "from server.processes import _become\n"
        "require_settings()\n"
        "_become(['version'], {})\n"
    )
    done = said(folder, program=(sys.executable, "-P", "-c", code))
    assert done.returncode == 0, done.stderr
    assert version("prefect") in done.stdout
    assert traps.sprung == []
