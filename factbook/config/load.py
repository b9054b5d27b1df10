"""Reading ``project.toml`` and ``--set`` assignments, with findings for all that is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from factbook.config.bounded_limits import (
    limits_of_environment,
    raised_budget,
    raised_limits,
)
from factbook.config.config_table import ConfigTable
from factbook.config.own_prices import doubted_prices, prices_of_environment
from factbook.config.project_config import (
    PROJECT_FILE,
    ProjectConfig,
)
from factbook.config.projects_root import projects_root
from factbook.config.redaction import secret_in
from factbook.config.settings import Settings, require_inside
from factbook.config.values import parse_toml
from factbook.errors import ConfigError, Finding, bounded_suggestions, nearest
from factbook.files.inputs import read_input
from factbook.files.inside import leads_out, real_path

_IN_WORDS = {
    "a valid dictionary": "a table of keys",
    "a valid tuple": "a list, or text with commas",
    "a valid string": "text in quotes",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid boolean": "true or false",
}


_MOST_SHOWN = 24

MOST_BYTES = 500_000
"""Most bytes of ``project.toml``; a large one has 50,000."""


_TYPE_TRIED = re.compile(r"str|int|float|bool|(?:tuple|list)\[.*\]|function-\w+\[.*\]")


def load_config(
    folder: Path,
    assignments: Iterable[str] = (),
    *,
    is_trusted: bool = False,
    may_raise_limits: bool = False,
) -> ProjectConfig:
    """Read ``project.toml`` of a project folder, with ``--set`` assignments on top.

    Args:
        folder: The project folder.
        assignments: Texts such as ``limits.max_workers=8``; the value is TOML, or plain text.
        is_trusted: Whether the settings of the project may raise any limit; see `RunRef`.
        may_raise_limits: Whether the assignments may; see `RunRef`.

    Raises:
        ConfigError: A forbidden folder, no such file, not TOML, unknown keys, secrets, wrong
            values: all of them at once. Then limits that project.toml has raised.
    """
    require_inside(projects_root(), folder, "the project")
    path = folder / PROJECT_FILE
    _require_own(path)
    settings = Settings()
    agreed = prices_of_environment(settings.factbook_prices)
    values = _with_prices(_read_toml(path), agreed)
    own_budget = _table(values, "limits").get("budget_usd")
    findings: list[Finding] = []
    typed: dict[str, Any] = {}
    for assignment in assignments:
        secret = secret_in(assignment)
        if secret:
            findings.append(_secret(secret))
            continue
        try:
            for into in (typed, values):
                _merge(into, parse_assignment(assignment))
        except ValueError as error:
            findings.append(_refused(assignment, str(error)))
    if findings:
        raise ConfigError(findings)
    most = limits_of_environment(settings.factbook_limits)
    config = make_config(_with_limits(values, most), file=PROJECT_FILE)
    if is_trusted:
        return config
    own = _table(typed, "limits") if may_raise_limits else None
    raised = list(raised_limits(config.limits, own, most))
    if not may_raise_limits:
        raised += raised_budget(config.limits, own_budget)
        typed = {}
    if raised:
        raise ConfigError(raised)
    return config.doubting(doubted_prices(config.prices, _table(typed, "prices"), agreed))


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A table in values; empty if it is missing, or is no table."""
    table = values.get(name, {})
    return table if isinstance(table, dict) else {}


def _with_prices(values: dict[str, Any], prices: Mapping[str, Any]) -> dict[str, Any]:
    """Values with prices in the place of theirs; those that are no table stay."""
    if not prices or not isinstance(values.get("prices", {}), dict):
        return values
    return {**values, "prices": {**_table(values, "prices"), **prices}}


def _with_limits(values: dict[str, Any], limits: Mapping[str, int]) -> dict[str, Any]:
    """Values with limits for what they do not say; those that are no table stay."""
    if not limits or not isinstance(values.get("limits", {}), dict):
        return values
    return {**values, "limits": {**limits, **_table(values, "limits")}}


@bounded_suggestions()
def make_config(values: Mapping[str, Any], *, file: str = "") -> ProjectConfig:
    """Validate a mapping of keys as in project.toml.

    Raises:
        ConfigError: Unknown keys and wrong values, all at once.
    """
    try:
        return ProjectConfig.model_validate(values)
    except ValidationError as error:
        findings = {_key(detail): _finding(detail, file) for detail in error.errors()}
        # Where several types were tried, Pydantic reports the key besides the error inside it.
        inner = {key[:-1] for key in findings}
        raise ConfigError(f for key, f in findings.items() if key not in inner) from None


def parse_assignment(text: str) -> dict[str, Any]:
    """``a.b=value`` as nested mappings. The value is TOML; what is not TOML is plain text.

    Raises:
        ValueError: There is no ``=``, the key is not a dotted key, or the value is out of bounds.
    """
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ValueError("it has no key before an equals sign")
    for candidate in (value.strip(), _quote(value.strip())):
        try:
            return parse_toml(f"{key} = {candidate}")
        except TOMLDecodeError:
            continue
    raise ValueError(f"'{key.strip()}' is not a key")


def _refused(assignment: str, problem: str) -> Finding:
    """The finding of an invalid assignment; a long one is shortened, as it may contain a secret."""
    shown = assignment if len(assignment) <= _MOST_SHOWN else f"{assignment[:8]}…"
    return Finding(
        severity="error",
        code="config.assignment",
        message=f"'{shown}' is not an assignment: {problem}",
        file="--set",
        allowed="a.b=value, with the value as in project.toml",
        remedy="Write, for example, limits.max_workers=8",
    )


def _secret(what: str) -> Finding:
    """The finding of a secret that was given as a setting; it does not show the secret."""
    return Finding(
        severity="error",
        code="config.secret",
        message=f"{what} is a secret, not a setting of a report",
        file="--set",
        remedy="Set it in the environment of the process that writes (OPENAI_API_KEY, "
        "REDIS_PASSWORD), or in the Secret block of a Prefect server. Revoke the value given here: "
        "a shell history or a database may have stored it",
    )


def _quote(value: str) -> str:
    """Text as a TOML string: as in JSON, except for one control character that JSON allows."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _require_own(path: Path) -> None:
    """Refuse a file that is a link out of its folder: errors would quote what it leads to."""
    if not leads_out(path):
        return
    raise ConfigError(
        [
            Finding(
                severity="error",
                code="config.outside-project",
                message=f"it is a link to {real_path(path) or 'nowhere'}: outside of the project",
                file=str(path),
                allowed="a file in the project folder",
                remedy="Replace the link by a copy",
            )
        ]
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        text = read_input(path, MOST_BYTES).decode("utf-8-sig")
        return parse_toml(text.replace("\r\n", "\n").replace("\r", "\n"))
    except FileNotFoundError:
        message, remedy = "there is no such file", "Give a project folder, which contains it"
    except NotADirectoryError:
        message, remedy = "the project is a file", "Give the folder that contains project.toml"
    except ValueError as error:
        message, remedy = f"it is not TOML: {error}", "Correct that line; toml.io has the format"
    except OSError as error:
        message = f"it cannot be read: {error.strerror}"
        remedy = "Put a file there, and check its permissions"
    raise ConfigError(
        [
            Finding(
                severity="error",
                code="config.file",
                message=message,
                file=str(path),
                remedy=remedy,
            )
        ]
    )


def _merge(into: dict[str, Any], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        here = into.get(key)
        if isinstance(here, dict) and isinstance(value, dict):
            _merge(here, value)
        else:
            into[key] = value


def _key(detail: ErrorDetails) -> tuple[str, ...]:
    """The key that an error is about, without the types that Pydantic tried there in turn."""
    return tuple(str(part) for part in detail["loc"] if not _TYPE_TRIED.fullmatch(str(part)))


def _finding(detail: ErrorDetails, file: str) -> Finding:
    """A Pydantic error in terms of project.toml."""
    path = _key(detail)
    key = ".".join(path)
    if detail["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        near = nearest(path[-1], known)
        return Finding(
            severity="error",
            code="config.unknown-key",
            message=f"there is no key '{key}'",
            file=file,
            allowed="" if near else ", ".join(sorted(known)),
            remedy=f"Did you mean '{'.'.join((*path[:-1], near))}'?" if near else "Remove it",
        )
    value = detail["input"]
    is_table = isinstance(value, dict)
    if detail["type"] == "missing":
        return Finding(
            severity="error",
            code="config.missing-key",
            message=f"'{key}' is missing",
            file=file,
            remedy=f"Add {path[-1]} to [{'.'.join(path[:-1])}]",
        )
    return Finding(
        severity="error",
        code="config.value",
        message=f"[{key}] is inconsistent" if is_table else f"'{key}' is {value!r}",
        file=file,
        allowed=in_words(detail["msg"]),
        remedy="Change it, or remove it to use the default",
    )


def in_words(message: str) -> str:
    """What is allowed, without the phrases of Pydantic's messages."""
    message = message.removeprefix("Value error, ").removeprefix("Input should be ")
    for start, words in _IN_WORDS.items():
        if message.startswith(start):
            return words
    return message[:1].lower() + message[1:]


def _known_keys(path: Sequence[str]) -> list[str]:
    """Keys of the configuration table at a path."""
    model: Any = ProjectConfig
    for part in path:
        fields = getattr(model, "model_fields", None)
        if fields is None or part not in fields:
            continue
        annotation = fields[part].annotation
        arguments = getattr(annotation, "__args__", ())
        model = next(
            (
                a
                for a in (annotation, *arguments)
                if isinstance(a, type) and issubclass(a, ConfigTable)
            ),
            annotation,
        )
    return list(getattr(model, "model_fields", {}))
