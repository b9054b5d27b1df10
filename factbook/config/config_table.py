"""What all tables of the configuration have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


def split_text(value: object) -> object:
    """Text with commas is a list, as in ``--set outputs=csv,md``."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


TextList = Annotated[tuple[str, ...], BeforeValidator(split_text)]


class ConfigTable(BaseModel):
    """Base of all tables of the configuration: frozen, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)
