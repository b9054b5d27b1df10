"""Prefect's settings: one finding for each that Prefect cannot read."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import get_args, get_origin

from pydantic import AliasChoices, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

from factbook.config.load import in_words
from factbook.errors import ConfigError, Finding
from server.settings_files import settings_files_pinned

_IN_ENVIRONMENT = "Correct it in the environment, or unset it"
_ANYWHERE = "Correct it where it is set: in the environment, or in the active profile"

_SEVERAL = {dict, list, set, tuple}


def require_settings() -> None:
    """Make sure that Prefect can read its settings, before the rest of it is imported.

    It reads none of a file of the current folder, which may be a project that somebody has sent.

    Raises:
        ConfigError: It cannot; carries a finding for each problem.
    """
    printed = io.StringIO()
    try:
        # Prefect also prints what is wrong, secrets included.
        with redirect_stderr(printed), settings_files_pinned():
            import prefect.context  # noqa: F401 - reads the settings
    except (ValueError, OSError) as error:  # of a setting, or of a settings file
        raise ConfigError(_findings() or [_unread(str(error))]) from None
    print(printed.getvalue(), end="", file=sys.stderr)


def _findings() -> list[Finding]:
    """The problems of each part; of nested parts, only those of the innermost."""
    from prefect.settings import Settings

    found: dict[object, Finding] = {}
    for part in _parts(Settings):
        try:
            part()
        except ValidationError as error:
            if error.title == part.__name__:  # else the error of a nested part, already found
                for detail in error.errors():
                    if detail["type"] == "default_factory_not_called":  # follows from another error
                        continue
                    found.setdefault((part, *detail["loc"][:1]), _wrong(part, detail))
        except (ValueError, OSError) as error:
            if str(error) not in found:
                found[str(error)] = _unread(str(error), part)
    return list(found.values())


def _parts(settings: type[BaseSettings]) -> Iterator[type[BaseSettings]]:
    """The models that settings consist of, innermost first."""
    for field in settings.model_fields.values():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseSettings):
            yield from _parts(field.annotation)
    yield settings


def _wrong(part: type[BaseSettings], detail: ErrorDetails) -> Finding:
    """A setting whose value is wrong, or several that do not go together."""
    if not detail["loc"]:
        return _unread(in_words(detail["msg"]))
    field = str(detail["loc"][0])
    is_shown = len(detail["loc"]) == 1 and not _may_be_secret(part.model_fields[field].annotation)
    problem = f"is '{detail['input']}'" if is_shown else "has a wrong value"
    return _finding(part, field, problem, in_words(detail["msg"]))


def _may_be_secret(kind: object) -> bool:
    """Whether a setting of this type may hold a secret, alone or among several values."""
    kinds = (kind, *get_args(kind))
    return SecretStr in kinds or not {get_origin(one) or one for one in kinds}.isdisjoint(_SEVERAL)


def _unread(reason: str, part: type[BaseSettings] | None = None) -> Finding:
    """The finding of what cannot be read at all; Prefect's message may name the setting."""
    named = re.search(r'value for field "(\w+)"', reason)
    if named and part:
        return _finding(part, named[1], "cannot be read", "JSON")
    return Finding(
        severity="error",
        code="server.settings",
        message=f"Prefect cannot read its settings: {reason}",
        remedy=_ANYWHERE,
    )


def _finding(part: type[BaseSettings], field: str, problem: str, allowed: str) -> Finding:
    names = [f"{part.model_config.get('env_prefix', '')}{field}".upper()]
    alias = part.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        names += [name.upper() for name in alias.choices if isinstance(name, str)]
    set_here = [name for name in names if name in os.environ]
    return Finding(
        severity="error",
        code="server.settings",
        message=f"{(set_here or names)[0]} {problem}",
        allowed=allowed,
        remedy=_IN_ENVIRONMENT if set_here else _ANYWHERE,
    )
