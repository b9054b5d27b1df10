"""Publishing: whole files at every moment, nothing overwritten that a run needs, clear ends."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import socketserver
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from factbook.config.project_config import Publish
from factbook.errors import ConfigError, Finding, StoppedError
from factbook.folder.run_folder import RunFolder
from factbook.project.project import Project, open_project
from factbook.project.target import publish_findings
from factbook.runs.publish import PUBLISHED, Published, check_target, publish, reach_target
from tests.llm.forking import forked, in_another_process
from tests.manifests import save_manifest

MakeProject = Callable[..., Path]
NAMES = ("power.pdf", "power.csv", "objective_1%2E_results.csv", "run.json")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder with a finished report."""
    folder = RunFolder.of(tmp_path / "project" / "out", "power")
    folder.create()
    finish(folder, "first")
    return folder


def finish(folder: RunFolder, text: str, names: tuple[str, ...] = NAMES) -> None:
    """Write the files of a report."""
    for name in names:
        (folder.path / name).write_text(f"{name} {text}")
    save_manifest(folder.path, files=list(names), outcome={"message": text})


def published(folder: RunFolder, to: str | Path, url: str | None = None) -> tuple[Published, ...]:
    """Publish the report of a project folder."""
    return publish(folder, NAMES, folder.path.parents[1], Publish(to=str(to), url=url))


def new(files: tuple[Published, ...]) -> set[str]:
    """Names of the files that were copied."""
    return {file.name for file in files if file.is_new}


def test_finished_files_are_copied_and_nothing_else(folder: RunFolder, tmp_path: Path) -> None:
    """Those that run.json names, byte for byte, and whose they are; all else stays."""
    (tmp_path / "site").mkdir()
    files = published(folder, tmp_path / "site")
    target = tmp_path / "site" / "power"
    assert [file.name for file in files] == list(NAMES)
    assert sorted(path.name for path in target.iterdir()) == sorted((*NAMES, ".project"))
    assert stat.S_IMODE((target / ".project").stat().st_mode) == 0o600
    for name in NAMES:
        assert (target / name).read_bytes() == (folder.path / name).read_bytes()
    assert {file.folder for file in files} == {str(target)}


def test_without_a_place_nothing_is_published(folder: RunFolder) -> None:
    """Then the files stand in the run folder alone."""
    assert publish(folder, NAMES, folder.path.parents[1], Publish()) == ()


def test_links_are_percent_encoded(folder: RunFolder) -> None:
    """So that the name of a file that has a percent sign in it is found; none without a url."""
    links = {f.name: f.link for f in published(folder, "site", "https://example.org/a/")}
    assert links["power.pdf"] == "https://example.org/a/power/power.pdf"
    assert links[NAMES[2]] == "https://example.org/a/power/objective_1%252E_results.csv"
    assert {file.link for file in published(folder, "site")} == {""}


@pytest.mark.parametrize("to", ["site", "memory://site/reports"])
def test_only_what_has_changed_is_copied_again(folder: RunFolder, to: str) -> None:
    """And what somebody has removed or cut off there."""
    assert new(published(folder, to)) == set(NAMES)
    assert new(published(folder, to)) == set()
    (folder.path / "power.pdf").write_text("power.pdf other")
    save_manifest(folder.path, files=list(NAMES), outcome={"message": "other"})
    assert new(published(folder, to)) == {"power.pdf", "run.json"}
    _remove(folder, to, "power.csv")
    assert new(published(folder, to)) == {"power.csv"}


def _remove(folder: RunFolder, to: str, name: str) -> None:
    if to.startswith("memory:"):
        from fsspec.implementations.memory import MemoryFileSystem

        MemoryFileSystem(skip_instance_cache=True).rm(f"/site/reports/power/{name}")
    else:
        (folder.path.parents[1] / to / "power" / name).unlink()


def test_address_has_the_same_files(folder: RunFolder) -> None:
    """What fsspec can write to is a folder as any other."""
    from fsspec.implementations.memory import MemoryFileSystem

    files = published(folder, "memory://bucket/")
    there = MemoryFileSystem(skip_instance_cache=True)
    for name in NAMES:
        assert there.cat(f"/bucket/power/{name}") == (folder.path / name).read_bytes()
    assert files[0].folder == "memory://bucket/power"


def test_lost_or_damaged_note_copies_all_again(folder: RunFolder) -> None:
    """It is a note of what need not be done, and no more."""
    published(folder, "memory://noted")
    for damage in (b"", b"[1]", b'{"memory://noted/power": 3}'):
        (folder.path / PUBLISHED).write_bytes(damage)
        assert new(published(folder, "memory://noted")) == set(NAMES)


def test_manifest_is_copied_last(folder: RunFolder, tmp_path: Path) -> None:
    """Whoever sees the new one finds the files that it names; one that fails leaves the old."""
    published(folder, "site")
    target = tmp_path / "project" / "site" / "power"
    before = (target / "run.json").read_bytes()
    finish(folder, "second", ("run.json", *NAMES[:3]))
    (folder.path / NAMES[2]).unlink()
    with pytest.raises(StoppedError, match="objective_1"):
        published(folder, "site")
    assert (target / "run.json").read_bytes() == before
    assert (target / "power.pdf").read_text() == "power.pdf second"


LETTERS = 1_000_000
HERE = """
import sys
from tests.runs.test_publish import *
folder = RunFolder(Path(sys.argv[1]), "power")
"""
"""The code of another process, which forks and may have limits; that of the tests has threads."""


@pytest.mark.slow
def test_reader_sees_whole_files_while_a_publishing_process_is_killed(folder: RunFolder) -> None:
    """The old one or the new one, at every moment; and the next run clears what was left."""
    ended = in_another_process(f"{HERE}kill_publishers(folder)", folder.path)
    assert ended.returncode == 0, ended.stderr
    published(folder, "site")
    target = folder.path.parents[1] / "site" / "power"
    assert sorted(path.name for path in target.iterdir()) == sorted(NAMES)


def kill_publishers(folder: RunFolder) -> None:
    """Read what processes publish until each of them is killed, a moment later each time."""
    target = folder.path.parents[1] / "site" / "power"
    for number in range(8):
        [child] = forked(1, lambda _: publish_for_ever(folder))
        while not (target / "power.pdf").exists():
            pass
        for _ in range(number):
            assert_whole(target / "power.pdf")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for name in NAMES[:3]:
            if (target / name).exists():
                assert_whole(target / name)


def publish_for_ever(folder: RunFolder) -> None:
    """Publish one report after the other."""
    while True:
        for letter in "ab":
            for name in NAMES[:3]:
                (folder.path / name).write_text(letter * LETTERS)
            published(folder, "site")


def assert_whole(path: Path) -> None:
    """The file is one of those that were published."""
    text = path.read_text()
    assert len(text) == LETTERS
    assert len(set(text)) == 1


def test_folder_that_is_not_there_is_told(folder: RunFolder, tmp_path: Path) -> None:
    """A share that is not mounted is not replaced by a folder of that name."""
    with pytest.raises(StoppedError) as raised:
        published(folder, tmp_path / "share" / "reports")
    message = str(raised.value)
    assert f"finished and is in {folder.path}" in message
    assert f"{tmp_path}/share/reports/power (publish.to): No such file" in message
    assert "copies what is missing and rewrites nothing" in message
    assert not (tmp_path / "share").exists()


@pytest.mark.parametrize("to", ["../share/reports", "site/../../share/reports", "link/reports"])
def test_relative_place_outside_the_project_is_not_made(folder: RunFolder, to: str) -> None:
    """A share is named by way of the project folder, or of a link in it: it is a share still."""
    project = folder.path.parents[1]
    share = project.parent / "share"
    (project / "link").symlink_to(share)
    with pytest.raises(StoppedError, match="No such file"):
        published(folder, to)
    assert not share.exists()
    (share / "reports").mkdir(parents=True)
    published(folder, to)
    there = {path.name for path in (share / "reports" / "power").iterdir()}
    assert there == {*NAMES, ".project"}


def test_folders_are_made_inside_a_project_that_is_reached_by_a_link(folder: RunFolder) -> None:
    """Both ways lead to one project."""
    project = folder.path.parents[1]
    link = project.parent / "link"
    link.symlink_to(project)
    publish(folder, NAMES, link, Publish(to="a/../b/c"))
    assert (project / "b" / "c" / "power" / "run.json").is_file()
    assert not (project / "a").exists()


@pytest.mark.slow
def test_full_disk_is_told(folder: RunFolder) -> None:
    """The report stands; what readers have stands too, and nothing is left beside it."""
    published(folder, "site")
    target = folder.path.parents[1] / "site" / "power"
    before = (target / "power.pdf").read_bytes()
    finish(folder, "second " * 1000)
    ended = in_another_process(f"{HERE}publish_small_files(folder)", folder.path)
    assert "power.pdf could not be copied" in ended.stdout, ended.stderr
    assert (target / "power.pdf").read_bytes() == before
    assert sorted(path.name for path in target.iterdir()) == sorted(NAMES)


def publish_small_files(folder: RunFolder) -> None:
    """Publish where no file may have more than a hundred bytes."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    try:
        published(folder, "site")
    except StoppedError as error:
        print(error)


def test_host_that_is_away_is_told(folder: RunFolder) -> None:
    """Nobody listens there."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(StoppedError) as raised:
            published(folder, f"ftp://127.0.0.1:{port}/reports")
    assert "Connection refused" in str(raised.value)
    assert "publish.to" in str(raised.value)


class Refusing(socketserver.StreamRequestHandler):
    """A file server that lets nobody in."""

    def handle(self) -> None:
        """Refuse whoever comes, and hang up."""
        self.wfile.write(b"220 Ready\r\n")
        self.rfile.readline()
        self.wfile.write(b"530 No such user: ftp://me:hidden-word@here\r\n")


def test_host_that_refuses_is_told_in_its_words(folder: RunFolder) -> None:
    """Whatever the package raises; a password in it is not repeated."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with pytest.raises(StoppedError) as raised:
                published(folder, f"ftp://127.0.0.1:{server.server_address[1]}/reports")
        finally:
            server.shutdown()
            thread.join()
    assert "error_perm: 530" in str(raised.value)
    assert "me:***@here" in str(raised.value)


@pytest.fixture
def project(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Project]:
    """Opens the example with a place to publish to, which may be anywhere in the test's folder."""
    monkeypatch.setenv("FACTBOOK_PUBLISH_TO", f"{tmp_path}, memory://anywhere")

    def make(to: str | Path) -> Project:
        return open_project(make_project(name=f"p-{abs(hash(str(to)))}"), [f"publish.to={to}"])

    return make


@pytest.mark.parametrize("to", ["out", "out/electricity-in-europe/sub", "edits", "notes", "plexos"])
def test_place_among_what_a_run_reads_or_keeps_is_refused(
    project: Callable[..., Project], to: str
) -> None:
    """Before anything is written."""
    opened = project(to)
    out = RunFolder.of(opened.folder / "out", opened.slug)
    with pytest.raises(ConfigError) as raised:
        check_target(out, opened)
    [finding] = raised.value.findings
    assert finding.code == "config.publish"
    assert "publish.to" in finding.message


def test_project_folder_itself_is_refused(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project that is called like its folder, and publishes beside itself."""
    monkeypatch.setenv("FACTBOOK_PUBLISH_TO", str(tmp_path))
    folder = make_project(name="electricity-in-europe")
    opened = open_project(folder, ["publish.to=.."])
    with pytest.raises(ConfigError, match="inputs of the project"):
        check_target(RunFolder.of(folder / "out", opened.slug), opened)


def test_links_do_not_hide_where_a_place_is(
    project: Callable[..., Project], tmp_path: Path
) -> None:
    """A link into the run folder is the run folder."""
    opened = project(tmp_path / "link")
    (opened.folder / "out").mkdir()
    (tmp_path / "link").symlink_to(opened.folder / "out")
    with pytest.raises(ConfigError, match="the run folder"):
        check_target(RunFolder.of(opened.folder / "out", opened.slug), opened)


def test_report_of_another_project_of_the_name_is_not_replaced(
    project: Callable[..., Project], tmp_path: Path
) -> None:
    """Whoever sends a project names it as they like; where others publish, the first stays."""
    (tmp_path / "site").mkdir()
    opened = project(tmp_path / "site")
    own = RunFolder.of(opened.folder / "out", opened.slug)
    own.create()
    finish(own, "first")
    check_target(own, opened)
    publish(own, NAMES, opened.folder, opened.config.publish)
    check_target(own, opened)  # again
    sent = tmp_path / "sent"
    shutil.copytree(opened.folder, sent)
    other = replace(opened, folder=sent)
    with pytest.raises(ConfigError, match="another project of the same name publishes") as raised:
        check_target(RunFolder.of(sent / "out", opened.slug), other)
    assert str(opened.folder) in raised.value.findings[0].message
    shutil.rmtree(opened.folder)  # it was moved, and is the other one now
    check_target(RunFolder.of(sent / "out", opened.slug), other)


@pytest.mark.parametrize("to", ["published", "out/public", "memory://anywhere"])
def test_other_places_are_taken(project: Callable[..., Project], to: str) -> None:
    """Inside the project too."""
    opened = project(to)
    folder = RunFolder.of(opened.folder / "out", opened.slug)
    check_target(folder, opened)
    folder.create()
    reach_target(folder, opened)


@pytest.mark.slow
def test_place_that_cannot_be_reached_stops_before_the_start(
    project: Callable[..., Project], tmp_path: Path
) -> None:
    """Found before anything is paid for."""
    (tmp_path / "file").write_text("")
    for to in (tmp_path / "nowhere", tmp_path / "file"):
        opened = project(to)
        with pytest.raises(StoppedError, match=r"publish\.to"):
            reach_target(RunFolder.of(opened.folder / "out", opened.slug), opened)


def problems(**values: str) -> list[Finding]:
    """What is wrong with these settings."""
    return list(publish_findings(Publish(**values)))


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("", "not a folder"),
        ("s3://", "not a folder"),
        ("https://example.org/reports", "a web address"),
        ("gopher://example.org/reports", "cannot be copied to 'gopher'"),
        ("zip://a::s3://bucket", "'zip://a::s3://bucket'"),
        ("memory://a?b=c", "'memory://a?b=c'"),
    ],
)
def test_place_that_is_none_is_refused(to: str, told: str) -> None:
    """With what it should be."""
    [finding] = problems(to=to)
    assert (finding.severity, finding.code) == ("error", "config.publish")
    assert told in finding.message
    assert finding.allowed or finding.remedy


@pytest.mark.parametrize(
    ("to", "package"), [("s3://bucket/reports", "s3fs"), ("sftp://host/reports", "paramiko")]
)
def test_missing_package_is_named(to: str, package: str) -> None:
    """With the command that installs it."""
    [finding] = problems(to=to)
    assert f"{package} is not installed" in finding.message
    assert f"pip install {package}" in finding.remedy


@pytest.mark.parametrize(
    "address",
    [
        "ftp://me:hidden-word@host/a",
        "ftp://host/a?password=hidden",
        "https://me:hidden-word@host/",
        "https://hidden@host",
        "https://host/?token=hidden",
    ],
)
def test_password_in_an_address_is_refused_and_not_repeated(address: str) -> None:
    """It belongs into the environment."""
    key = "url" if address.startswith("https") else "to"
    findings = problems(**{"to": "site", key: address})
    assert [finding.code for finding in findings] == ["config.secret"]
    assert "hidden" not in str(findings[0])
    assert "environment" in findings[0].remedy


@pytest.mark.parametrize(
    "url", ["", "example.org", "javascript:alert(1)", "ftp://host/a", "https://h/?a", "https://h\n"]
)
def test_url_that_no_browser_follows_is_refused(url: str) -> None:
    """Links are http or https."""
    [finding] = problems(to="site", url=url)
    assert "publish.url" in finding.message
    assert "https://" in finding.allowed


def test_url_alone_has_no_effect() -> None:
    """It is said, as nothing is published."""
    [finding] = problems(url="https://example.org")
    assert finding.severity == "warning"
    assert problems(to="site", url="http://127.0.0.1:8000/reports") == []
    assert problems(to="ftp://me@host/a") == []
    assert problems(to="ftp://host:21/@a", url="https://host:80/@a") == []
