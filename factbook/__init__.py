"""Factbook: a prompt sheet and data in, a finished and checked report out.

The library of the project. It never imports Prefect, ``flows`` or ``tasks``.
"""

from factbook.config import ProjectConfig, Settings

__version__ = "0.1.0"
__all__ = ["ProjectConfig", "Settings", "__version__"]
