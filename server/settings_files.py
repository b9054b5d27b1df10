"""Prefect's settings files are those of the operator, never those of the current folder.

Prefect reads ``.env``, ``prefect.toml`` and ``pyproject.toml`` of whatever folder a program is
started in, each time that it makes settings, and settings name classes to load and folders to make.
That folder may be a project that somebody has sent: there is no setting that turns the lookup off,
so that it is turned off where Prefect defines it, before anything reads a setting.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from server.checkout import CHECKOUT

_DEFINITION = "prefect.settings.base"


@contextmanager
def settings_files_pinned() -> Iterator[None]:
    """Prefect, imported inside the block, reads settings of the environment and profiles alone.

    In the folder of this checkout it reads the files there too, which are the operator's own and
    name the checkout's profiles. Where Prefect is imported already, nothing changes.
    """
    if _is_in_checkout():
        yield
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def _is_in_checkout() -> bool:
    try:
        return Path.cwd() == CHECKOUT.resolve()
    except FileNotFoundError:  # the current folder was removed
        return False


class _Finder(MetaPathFinder):
    """Finds the module in which Prefect defines where settings come from."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module, with a loader that turns the lookup in the current folder off."""
        found = PathFinder.find_spec(fullname, path) if fullname == _DEFINITION else None
        if found is not None:
            found.loader = _Loader(fullname, str(found.origin))
        return found


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _turn_off(module, sys.modules["prefect.settings.sources"])


def _turn_off(base: Any, sources: Any) -> None:
    """Have Prefect's settings, defined after this, know no file of the current folder."""
    configured = base.build_settings_config

    def without_files(path: tuple[str, ...] = (), frozen: bool = False) -> dict[str, Any]:
        return {**configured(path, frozen), "env_file": None}

    base.build_settings_config = without_files
    sources.TomlConfigSettingsSourceBase._read_files = lambda *_, **__: {}
    sources._get_profiles_path_from_toml = lambda *_: None
    sources.dotenv = SimpleNamespace(dotenv_values=lambda *_: {})
