"""What a project names outside of itself: nothing of it is read, written or connected to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from factbook.config.load import load_config
from factbook.config.project_config import ProjectConfig
from factbook.config.settings import Settings
from factbook.errors import ConfigError, UserError
from factbook.project.project import open_project
from factbook.project.reach import Reach, input_paths
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.servers.tap import Tap, tap

MakeProject = Callable[..., Path]

PATH_KEYS = {
    "prompt_sheet": "prompt_sheet.xlsx",
    "data.etm": "etm.csv",
    "data.plexos": "plexos",
    "data.nodes": "nodes.csv",
    "data.borders": "borders.csv",
    "data.tables.more.file": "etm.csv",
    "places.file": "etm.csv",
    "labels.file": "etm.csv",
    "local.gguf": "model.gguf",
    "compare_to": "out/run",
}
SECRET = "hunter2-canary"  # noqa: S105 - looked for in what leaves


@pytest.fixture
def sink() -> Iterator[Tap]:
    """A server that a stranger listens on."""
    with tap() as opened:
        yield opened


@pytest.fixture
def outside(tmp_path: Path, make_project: MakeProject) -> Path:
    """A folder of somebody else's with everything that a project can name."""
    folder = make_project(name="theirs")
    (folder / "model.gguf").write_bytes(b"GGUF")
    (folder / "out" / "run").mkdir(parents=True)
    return folder


def refused(folder: Path, *settings: str) -> list[str]:
    """The messages with which a project is refused."""
    with pytest.raises(ConfigError) as raised:
        open_project(folder, settings)
    findings = [f for f in raised.value.findings if f.severity == "error"]
    assert {f.code for f in findings} <= {"config.outside-project", "config.unlisted-model"}
    return [finding.message for finding in findings]


def test_every_path_of_the_configuration_is_known() -> None:
    """A key that names a file and is not looked at would be a hole."""
    config = ProjectConfig.model_validate(
        {
            "local": {"gguf": "g"},
            "compare_to": "c",
            "places": {"kind": "free", "file": "p"},
            "labels": {"file": "l"},
            "data": {
                **dict.fromkeys(("etm", "plexos", "nodes", "borders"), "d"),
                "tables": {"more": {"file": "t"}},
            },
        }
    )
    assert set(input_paths(config)) == set(PATH_KEYS)


@pytest.mark.parametrize("way", ["absolute", "dots", "link", "folder behind a link"])
@pytest.mark.parametrize("key", PATH_KEYS)
def test_input_outside_the_project_is_refused(
    make_project: MakeProject, outside: Path, key: str, way: str
) -> None:
    """Whatever the setting and however it leads there; the message names setting and place."""
    project, name = make_project(), PATH_KEYS[key]
    path = {
        "absolute": str(outside / name),
        "dots": f"../theirs/{name}",
        "link": "link",
        "folder behind a link": f"folder/{name}",
    }[way]
    if way == "link":
        (project / "link").symlink_to(outside / name)
    elif way == "folder behind a link":
        (project / "folder").symlink_to(outside)
    kind = ("places.kind=free",) if key == "places.file" else ()
    [message] = refused(project, *kind, f"{key}={path}")
    assert f"{key} is '{path}'" in message
    assert (f"a link to {outside / name}" in message) is (way in ("link", "folder behind a link"))


def test_model_file_needs_a_folder_that_the_environment_lists(
    make_project: MakeProject, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Native code parses it: neither lying in the project nor in the projects' root is enough."""
    project = make_project()
    (project / "model.gguf").write_bytes(b"GGUF")
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(project.parent))
    for path in ("model.gguf", str(outside / "model.gguf")):
        [message] = refused(project, f"local.gguf={path}")
        assert message == f"local.gguf is '{path}': in none of the folders for model files"
    monkeypatch.setenv("FACTBOOK_INPUT_FOLDERS", str(outside))
    assert open_project(project, [f"local.gguf={outside / 'model.gguf'}"])
    assert len(refused(project, "local.gguf=model.gguf")) == 1


def test_all_problems_come_at_once(make_project: MakeProject, outside: Path) -> None:
    """One run of check is enough to know what has to be moved."""
    settings = (f"data.etm={outside / 'etm.csv'}", f"data.nodes={outside / 'nodes.csv'}")
    assert len(refused(make_project(), *settings)) == 2


def test_links_among_results_are_refused(make_project: MakeProject, outside: Path) -> None:
    """Files and folders of the folder of results are read one by one."""
    project = make_project()
    (project / "plexos" / "more.csv").symlink_to(outside / "etm.csv")
    (project / "plexos" / "deep").mkdir()
    (project / "plexos" / "deep" / "other").symlink_to(outside / "plexos")
    [message] = refused(project)
    assert "contains links: " in message
    assert f"more.csv to {outside / 'etm.csv'}" in message
    assert f"deep/other to {outside / 'plexos'}" in message


def test_folder_outside_is_not_walked(make_project: MakeProject, outside: Path) -> None:
    """It may be the root of the file system: one finding, of the folder alone."""
    (outside / "plexos" / "link").symlink_to("/")
    [message] = refused(make_project(), f"data.plexos={outside / 'plexos'}")
    assert "contains links" not in message


def test_configuration_that_is_a_link_is_not_read(make_project: MakeProject, outside: Path) -> None:
    """Its text would be quoted in errors."""
    project = make_project()
    (outside / "secret").write_text(f"password {SECRET}", encoding="utf-8")
    (project / "project.toml").unlink()
    (project / "project.toml").symlink_to(outside / "secret")
    with pytest.raises(ConfigError) as raised:
        load_config(project)
    assert "a link to" in str(raised.value)
    assert SECRET not in str(raised.value)


def test_path_that_leads_nowhere_is_refused(make_project: MakeProject) -> None:
    """Links in a circle end in a sentence, by Python 3.13 in that of a file that is not there."""
    project = make_project()
    (project / "circle").symlink_to("circle")
    with pytest.raises(UserError, match="circle"):
        open_project(project, ["data.etm=circle"])


@pytest.mark.slow
def test_links_inside_the_project_are_followed(make_project: MakeProject) -> None:
    """A project may be arranged with links."""
    project = make_project()
    (project / "latest.csv").symlink_to("etm.csv")
    assert open_project(project, ["data.etm=latest.csv"]).dataset.table("ETM") is not None


@pytest.mark.parametrize("variable", ["FACTBOOK_INPUT_FOLDERS", "FACTBOOK_PROJECTS_ROOT"])
def test_environment_allows_folders(
    make_project: MakeProject, outside: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """An operator's list, or the root that holds all projects."""
    project = make_project()
    settings = [f"data.etm={outside / 'etm.csv'}"]
    folders = {
        "FACTBOOK_INPUT_FOLDERS": os.pathsep.join(("/nowhere", str(outside))),
        "FACTBOOK_PROJECTS_ROOT": str(outside.parent),
    }
    monkeypatch.setenv(variable, folders[variable])
    assert open_project(project, settings).dataset.table("ETM") is not None


def test_program_may_name_any_file(make_project: MakeProject, outside: Path) -> None:
    """What code has handed in is that code's own choice."""
    settings = [f"data.etm={outside / 'etm.csv'}"]
    project = make_project()
    trusted = Reach(project, Settings(), is_trusted=True)
    assert open_project(project, settings, reach=trusted).dataset.table("ETM") is not None


def test_program_may_raise_any_limit(make_project: MakeProject) -> None:
    """What it hands in is written into a project.toml, which is that program's own."""
    project = make_project()
    with (project / "project.toml").open("a") as file:
        file.write("\n[limits]\nmax_data_mb = 9999\n")
    with pytest.raises(ConfigError, match="neither a project nor who starts"):
        open_project(project)
    trusted = Reach(project, Settings(), is_trusted=True)
    assert open_project(project, reach=trusted).config.limits.max_data_mb == 9999


@pytest.mark.slow
def test_earlier_run_among_the_results_may_be_compared_with(
    make_project: MakeProject, outside: Path
) -> None:
    """The person who starts a run has named that folder; nothing else in it is read."""
    project = make_project()
    reach = Reach(project, Settings(), results=outside)
    open_project(project, [f"compare_to={outside / 'out/run'}"], reach=reach)
    with pytest.raises(ConfigError):
        open_project(project, [f"data.etm={outside / 'etm.csv'}"], reach=reach)


@pytest.mark.slow
@pytest.mark.parametrize("to", ["{outside}", "../theirs", "link/reports", "file://{outside}"])
def test_folder_outside_is_not_published_to(
    make_project: MakeProject, outside: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    """Until the environment lists it, or a folder above it."""
    project = make_project()
    (project / "link").symlink_to(outside)
    to = to.format(outside=outside)
    [message] = refused(project, f"publish.to={to}")
    assert f"publish.to is '{to}'" in message
    monkeypatch.setenv("FACTBOOK_PUBLISH_TO", f"s3://bucket, {outside.parent}")
    open_project(project, [f"publish.to={to}"])


@pytest.mark.parametrize(
    ("address", "allowed", "may"),
    [
        ("ftp://host/a/b", "ftp://host", True),
        ("ftp://host/a/b", "ftp://host/a", True),
        ("ftp://host/ab", "ftp://host/a", False),
        ("ftp://host/a/../b", "ftp://host/a", False),
        ("ftp://other/a", "ftp://host", False),
        ("ftp://host.evil/a", "ftp://host", False),
        ("ftp://me@host/a", "ftp://host", False),
        ("ftp://host:2121/a", "ftp://host", False),
        ("sftp://host/a", "ftp://host", False),
        ("ftp://host/a", "/a", False),
        ("ftp://host/a", "", False),
        ("smb://h/s/ok/..\\..\\x", "smb://h/s/ok", False),
        ("sftp://h/ok/%2e%2e/x", "sftp://h/ok", False),
        ("sftp://h/ok/a\r\nRMD x", "sftp://h/ok", False),
        ("sftp://h/ok/a b/ü", "sftp://h/ok", True),
    ],
)
def test_addresses_to_publish_to(tmp_path: Path, address: str, allowed: str, may: bool) -> None:
    """Scheme and host as they are listed, and a folder there or below it."""
    settings = Settings.model_validate({"factbook_publish_to": allowed})
    assert Reach(tmp_path, settings).may_publish_to(address) is may


@pytest.mark.parametrize(
    ("address", "allowed", "may"),
    [
        ("redis://host:6379/3", "redis://:word@host/0", True),
        ("redis://host:6380", "redis://host", False),
        ("redis://other", "redis://host", False),
        ("redis://host", "rediss://host", False),
        ("unix:///run/redis.sock", "unix:///run/redis.sock", True),
        ("unix:///tmp/mine.sock", "unix:///run/redis.sock", False),
        ("redis://host:x", "redis://host:x", False),
        ("redis:///0?host=evil&port=7777", "redis://localhost:6379/0", False),
        ("redis://host?port=7777", "redis://host", False),
        ("redis://host/0#?host=evil", "redis://host", False),
        ("rediss://host?ssl_cert_reqs=none", "rediss://host", False),
        ("redis://me@host", "redis://host", False),
        ("redis:///0", "redis:///0", False),
        ("redis://host", "redis://host?health_check_interval=5", True),
    ],
)
def test_servers_of_shared_limits(tmp_path: Path, address: str, allowed: str, may: bool) -> None:
    """The server of REDIS_URL, whatever its database; without TLS it is another one."""
    settings = Settings.model_validate({"redis_url": allowed})
    assert Reach(tmp_path, settings).may_use_redis(address) is may
    assert not Reach(tmp_path, Settings.model_validate({"redis_url": ""})).may_use_redis(address)


@pytest.mark.parametrize(
    ("address", "allowed", "may"),
    [
        ("host:8786", "tcp://host:8786", True),
        ("tls://host:8786", "tcp://host:8786", False),
        ("host:8787", "host:8786", False),
        ("host:8786", "", False),
    ],
)
def test_schedulers(tmp_path: Path, address: str, allowed: str, may: bool) -> None:
    """A scheduler is sent code, and says what it likes in return."""
    settings = Settings.model_validate({"factbook_dask_address": allowed})
    assert Reach(tmp_path, settings).may_use_scheduler(address) is may


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        (("limits.shared=redis://{sink}/0", "provider=openai"), "REDIS_URL"),
        (("publish.to=ftp://{sink}/reports",), "FACTBOOK_PUBLISH_TO"),
        (
            ("runner=dask", "run_task_concurrent=true", "dask_address=tcp://{sink}"),
            "FACTBOOK_DASK_ADDRESS",
        ),
    ],
)
def test_nothing_is_sent_to_a_stranger(
    make_project: MakeProject,
    sink: Tap,
    monkeypatch: pytest.MonkeyPatch,
    settings: tuple[str, ...],
    variable: str,
) -> None:
    """No connection at all, with every credential at hand; the message names the variable."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("REDIS_PASSWORD", SECRET)
    monkeypatch.setenv("FSSPEC_FTP_PASSWORD", SECRET)
    assignments = tuple(setting.format(sink=sink.address) for setting in settings)
    with pytest.raises(UserError) as raised:
        start_run(RunRef(project=str(make_project()), assignments=assignments))
    assert variable in str(raised.value)
    assert (sink.connections, sink.received) == (0, b"")
    assert SECRET not in str(raised.value)


@pytest.mark.slow
def test_file_in_which_nothing_is_found_is_not_quoted(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is none may be somebody's secret, and messages are kept on a server."""
    project = make_project()
    (project / "other.csv").write_text(f"{SECRET},b\n1,2\n", encoding="utf-8")
    quoted = []
    for root in ("", str(project.parent)):
        monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", root)
        for wide in ("false", "true"):
            settings = ["data.tables.x.file=other.csv", f"data.tables.x.years_in_columns={wide}"]
            with pytest.raises(UserError) as raised:
                open_project(project, settings)
            quoted.append(SECRET in str(raised.value))
    assert quoted == [True, True, False, False]
