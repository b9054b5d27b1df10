"""Settings from the environment: secrets, and the root folder of projects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from factbook.errors import ConfigError, Finding


class Settings(BaseSettings):
    """Settings from the environment: secrets and the machine's settings, never a project's.

    Attributes:
        openai_api_key: ``OPENAI_API_KEY``.
        openai_base_url: ``OPENAI_BASE_URL``; by default the provider's own address.
        redis_password: ``REDIS_PASSWORD``: password of the server of ``limits.shared``, whose
            address is in project.toml.
        factbook_projects_root: ``FACTBOOK_PROJECTS_ROOT``; projects outside it are refused.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    redis_password: SecretStr | None = None
    factbook_projects_root: Annotated[
        Path | None, BeforeValidator(lambda value: None if value == "" else value)
    ] = None


def require_inside(root: Path | None, folder: Path, what: str) -> None:
    """Refuse a folder outside ``FACTBOOK_PROJECTS_ROOT``, after resolving links and dots.

    Args:
        root: ``FACTBOOK_PROJECTS_ROOT``; None refuses nothing.
        folder: The folder.
        what: The folder's role, for the message.

    Raises:
        ConfigError: It lies outside.
    """
    if root is None or folder.resolve().is_relative_to(root.resolve()):
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
