"""Fields of the form in which a person starts a report."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from factbook.edits.section_texts import MOST_CHARACTERS

AS_IN_PROJECT = "as in project"

LONGEST_ID = 500
LONGEST_PATH = 4_096
LONGEST_NOTE = MOST_CHARACTERS

IDS: dict[str, Any] = {"type": "string", "maxLength": LONGEST_ID}
"""The items of a list of ids."""


def form_field(
    title: str, description: str, default: object = AS_IN_PROJECT, key: str = "", **schema: Any
) -> Any:
    """A field of the form.

    Args:
        title: What stands above it.
        description: What stands below it.
        default: What leaves all as in the project.
        key: The key of project.toml that it sets, where that is not the field's name.
        **schema: What the form refuses. The run itself leaves that to the configuration, so that
            it says what is wrong in the words of project.toml.
    """
    return Field(
        default=default,
        title=title,
        description=description,
        json_schema_extra={**schema, **({"key": key} if key else {})},
    )
