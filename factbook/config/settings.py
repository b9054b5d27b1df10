"""Settings from the environment: secrets, and the root folder of projects."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from factbook.errors import ConfigError, Finding
from factbook.files.inside import is_inside


def _unset_if_empty(value: object) -> object:
    return None if value == "" else value


def _parts(value: object, separator: str) -> object:
    """The entries of a list in one variable, without those that are empty."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(separator) if part.strip())
    return value


class Settings(BaseSettings):
    """Settings from the environment: secrets and the machine's settings, never a project's.

    Attributes:
        openai_api_key: ``OPENAI_API_KEY``.
        openai_base_url: ``OPENAI_BASE_URL``; by default the provider's own address.
        redis_url: ``REDIS_URL``: the Redis server that ``limits.shared`` of a project may name.
        redis_password: ``REDIS_PASSWORD``: its password, if it is not in the address.
        factbook_projects_root: ``FACTBOOK_PROJECTS_ROOT``; projects outside it are refused.
        factbook_input_folders: ``FACTBOOK_INPUT_FOLDERS``: folders outside of a project that it
            may read, separated as in ``PATH``.
        factbook_publish_to: ``FACTBOOK_PUBLISH_TO``: folders and addresses, with commas between
            them, below which a project may publish besides its own folder.
        factbook_dask_address: ``FACTBOOK_DASK_ADDRESS``: the scheduler that ``dask_address`` of a
            project may name.
        factbook_limits: ``FACTBOOK_LIMITS``: the limits on reading that replace the defaults.
        factbook_prices: ``FACTBOOK_PRICES``: prices of models that replace a project's.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    redis_url: Annotated[SecretStr | None, BeforeValidator(_unset_if_empty)] = None
    redis_password: SecretStr | None = None
    factbook_projects_root: Annotated[Path | None, BeforeValidator(_unset_if_empty)] = None
    factbook_input_folders: Annotated[
        tuple[Path, ...], NoDecode, BeforeValidator(lambda value: _parts(value, os.pathsep))
    ] = ()
    factbook_publish_to: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(lambda value: _parts(value, ","))
    ] = ()
    factbook_dask_address: Annotated[str | None, BeforeValidator(_unset_if_empty)] = None
    factbook_limits: Annotated[str | None, BeforeValidator(_unset_if_empty)] = None
    factbook_prices: Annotated[str | None, BeforeValidator(_unset_if_empty)] = None


def require_inside(root: Path | None, folder: Path, what: str) -> None:
    """Refuse a folder outside ``FACTBOOK_PROJECTS_ROOT``, after resolving links and dots.

    Args:
        root: ``FACTBOOK_PROJECTS_ROOT``; None refuses nothing.
        folder: The folder.
        what: The folder's role, for the message.

    Raises:
        ConfigError: It lies outside.
    """
    if root is None or is_inside(folder, root):
        return
    raise ConfigError(
        [
            Finding(
                severity="error",
                code="config.outside-root",
                message=f"{what} {folder} is outside {root}, the folder that "
                "FACTBOOK_PROJECTS_ROOT sets for all projects",
                remedy="Move it there, or set FACTBOOK_PROJECTS_ROOT to a folder that contains it",
            )
        ]
    )
