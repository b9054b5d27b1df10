"""Factbook: a prompt sheet and data in, a finished and checked report out.

The library of the project. It never imports Prefect, ``flows`` or ``tasks``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factbook.config.project_config import ProjectConfig
    from factbook.config.settings import Settings

__version__ = "0.1.0"
__all__ = ["ProjectConfig", "Settings", "__version__"]


def __getattr__(name: str) -> Any:
    if name in ("ProjectConfig", "Settings"):
        from factbook.config import (
            project_config as project,
        )
        from factbook.config import (
            settings,
        )

        return getattr(project if name == "ProjectConfig" else settings, name)
    raise AttributeError(f"module 'factbook' has no attribute {name!r}")
