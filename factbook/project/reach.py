"""What a project may reach: the files that it reads, where it publishes, the hosts it connects to.

A project folder is something that people send each other. What it names outside of itself is
reached only where the environment of whoever runs it allows that, so that no file of theirs is
read into a report, and no credential follows an address that a stranger has written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from factbook.config.project_config import PROJECT_FILE, ProjectConfig
from factbook.config.projects_root import projects_root
from factbook.config.settings import Settings
from factbook.data.plexos.plexos import MOST_ENTRIES
from factbook.errors import Finding
from factbook.files.inside import is_inside, real_path
from factbook.project.target import local_folder

_MOST_LINKS_NAMED = 3
_REDIS_PORT = 6379

# llama.cpp, which is native code, trusts what a model file says of itself.
_MODEL_FILE = "local.gguf"


@dataclass(frozen=True)
class Reach:
    """What the environment allows a project to reach. Links are followed.

    Attributes:
        folder: The project folder.
        settings: Settings from the environment.
        is_trusted: Whether the settings of the project may name anything; see `RunRef`.
        results: The folder for results, if it is not inside the project: earlier runs in it may
            be compared with.
        may_raise_limits: Whether assignments may raise limits; see `RunRef`.
    """

    folder: Path
    settings: Settings
    is_trusted: bool = False
    results: Path | None = None
    may_raise_limits: bool = False

    def input_findings(self, config: ProjectConfig) -> list[Finding]:
        """The files that a project reads, and that lie outside of the folders that it may read."""
        return [] if self.is_trusted else [*self._of_inputs(config)]

    def may_publish_to(self, to: str) -> bool:
        """Whether files may be copied to a folder or an address (``publish.to``)."""
        allowed = self.settings.factbook_publish_to
        local = local_folder(to, self.folder)
        if self.is_trusted:
            return True
        if local is None:
            return any(_is_address_within(to, one) for one in allowed)
        folders = [self.folder, *(Path(one) for one in allowed if "://" not in one)]
        return is_inside(local, *folders)

    def may_use_redis(self, address: str) -> bool:
        """Whether an address (``limits.shared``) is of the server in ``REDIS_URL``.

        Nothing in it may say more than server and number of the database: clients of Redis take
        host, port and the checking of certificates from a query as well.
        """
        allowed = self.settings.redis_url
        server = redis_server(allowed.get_secret_value()) if allowed else None
        is_plain = not set("?#%@") & set(address)
        return self.is_trusted or (
            server is not None and is_plain and redis_server(address) == server
        )

    def may_use_scheduler(self, address: str) -> bool:
        """Whether an address (``dask_address``) is that in ``FACTBOOK_DASK_ADDRESS``."""
        allowed = self.settings.factbook_dask_address
        return self.is_trusted or (
            allowed is not None and _scheduler(address) == _scheduler(allowed)
        )

    def _of_inputs(self, config: ProjectConfig) -> Iterator[Finding]:
        listed = self.settings.factbook_input_folders
        root = projects_root()
        may_read = [self.folder, *listed, *([root] if root else [])]
        for key, path in input_paths(config).items():
            places: Sequence[Path] = may_read
            if key == "compare_to" and self.results is not None:
                places = [*may_read, self.results]
            elif key == _MODEL_FILE:
                places = listed
            if not is_inside(self.folder / path, *places):
                real = real_path(self.folder / path)
                is_link = real != Path(os.path.normpath(self.folder.resolve() / path))
                to = f", a link to {real or 'itself'}" * is_link
                problem = f"{key} is '{path}'{to}"
                yield _unlisted_model(problem) if key == _MODEL_FILE else _outside(problem)
        plexos = config.data.plexos
        if plexos is not None and is_inside(self.folder / plexos, *may_read):
            yield from _links_out(plexos, self.folder / plexos, may_read)


def input_paths(config: ProjectConfig) -> dict[str, str]:
    """Key → path, as in project.toml, of everything that a project reads."""
    data = config.data
    named = {
        "prompt_sheet": config.prompt_sheet,
        "data.etm": data.etm,
        "data.plexos": data.plexos,
        "data.nodes": data.nodes,
        "data.borders": data.borders,
        "places.file": config.places.file,
        "labels.file": config.labels.file,
        **{f"data.tables.{name}.file": table.file for name, table in data.tables.items()},
        _MODEL_FILE: config.local.gguf,
        "compare_to": config.compare_to,
    }
    return {key: path for key, path in named.items() if path is not None}


def _links_out(plexos: str, place: Path, may_read: Sequence[Path]) -> Iterator[Finding]:
    """Links in the folder of results that lead out of what may be read."""
    found, seen = [], 0
    for at, folders, files in os.walk(place):
        seen += len(folders) + len(files)
        if seen > MOST_ENTRIES:  # its reader refuses it
            return
        folders[:] = [name for name in folders if not name.startswith((".", "~"))]  # not read
        for name in (*folders, *files):
            link = Path(at, name)
            if link.is_symlink() and not is_inside(link, *may_read):
                found.append(f"{link.relative_to(place)} to {real_path(link) or 'nowhere'}")
    if found:
        more = len(found) - _MOST_LINKS_NAMED
        links = ", ".join(sorted(found)[:_MOST_LINKS_NAMED]) + f" and {more} more" * (more > 0)
        yield _outside(f"data.plexos is '{plexos}', which contains links: {links}")


def _outside(problem: str) -> Finding:
    return Finding(
        severity="error",
        code="config.outside-project",
        message=f"{problem}: outside of the project",
        file=PROJECT_FILE,
        allowed="files in the project folder, and in the folders of FACTBOOK_INPUT_FOLDERS",
        remedy="Copy it into the project folder, or name its folder in FACTBOOK_INPUT_FOLDERS in "
        "the environment",
    )


def _unlisted_model(problem: str) -> Finding:
    return Finding(
        severity="error",
        code="config.unlisted-model",
        message=f"{problem}: in none of the folders for model files",
        file=PROJECT_FILE,
        allowed="a file in a folder of FACTBOOK_INPUT_FOLDERS, also if it is in the project",
        remedy="If you know where the model comes from, name its folder in FACTBOOK_INPUT_FOLDERS "
        "in the environment; or remove local.gguf",
    )


def _is_address_within(address: str, allowed: str) -> bool:
    """Whether an address is an allowed one, or names a folder below it.

    What a server may read in another way (backslashes, percent signs, control characters) is not.
    """
    if "\\" in address or "%" in address or not address.isprintable():
        return False
    try:
        one, other = urlsplit(address), urlsplit(allowed)
    except ValueError:
        return False
    if not one.scheme or (one.scheme, one.netloc) != (other.scheme, other.netloc):
        return False
    parts, prefix = one.path.strip("/").split("/"), other.path.strip("/")
    above = prefix.split("/") if prefix else []
    return ".." not in parts and parts[: len(above)] == above


def redis_server(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of a Redis server, or the path of its socket; None for no address."""
    try:
        parts = urlsplit(address)
        if parts.scheme == "unix":
            return parts.scheme, parts.path, 0
        return (parts.scheme, parts.hostname, parts.port or _REDIS_PORT) if parts.hostname else None
    except ValueError:
        return None


def _scheduler(address: str) -> str:
    """The address of a scheduler as Dask reads it: without a scheme it is that of TCP."""
    return (address if "://" in address else f"tcp://{address}").casefold()
