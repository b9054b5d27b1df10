"""The base of all tables of the configuration."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ConfigTable(BaseModel):
    """Base of all tables of the configuration: frozen, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)
