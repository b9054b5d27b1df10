"""Prompts: the template files, rendered strictly, and their version."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

_DRAFTS = frozenset({"materials", "place", "length", "has_evidence", "example"})
_ARTICLES = _DRAFTS | {"form"}

VARIABLES: Mapping[str, frozenset[str]] = {
    "system": frozenset(),
    "report": frozenset({"context", "tone"}),
    "assignment": frozenset(
        {"chapter_title", "task_title", "title", "description", "covered", "guidelines"}
    ),
    "surroundings": frozenset(
        {"outline", "neighbours", "style_examples", "research_notes", "notes"}
    ),
    "place": frozenset({"place", "editor_note"}),
    "materials": frozenset(
        {"upstream", "elsewhere", "searches", "gaps", "findings", "evidence", "left_out"}
    ),
    "status": frozenset({"legend"}),
    "length": frozenset(
        {
            "least",
            "most",
            "paragraphs",
            "is_asked",
            "is_usual",
            "has_opening",
            "has_guidelines",
        }
    ),
    "form": frozenset({"is_json"}),
    "draft": _ARTICLES,
    "introduction": _DRAFTS,
    "task_summary": _DRAFTS,
    "conclusion": _ARTICLES,
    "repair": frozenset({"materials", "text", "problems", "length", "form"}),
    "polish": frozenset({"materials", "text", "form"}),
    "sense_check": frozenset({"materials", "text"}),
    "summary": frozenset({"materials", "text"}),
    "search": frozenset({"place", "section", "title", "prompt", "additional_information"}),
}
"""Template → the variables that it must be given, no more and no fewer."""

_OF_SOME = frozenset({"status"})  # of sections with flags alone, in whose keys alone they are

_LETTERS_OF_AN_INSTRUCTION = 25
"""Shorter lines of a template may be a sentence of a text as well."""


class _Files(BaseLoader):
    """Loads the template files that come with the package."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
        """The text of a template."""
        if template not in VARIABLES:
            raise TemplateNotFound(template)
        return template_text(template), None, None


def template_text(name: str) -> str:
    """The text of a template file.

    Args:
        name: Name of the template, without its ending.
    """
    file = resources.files("factbook.writing") / "prompts" / f"{name}.jinja"
    return file.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The sandbox in which templates are rendered; what they are given is never a template."""
    return ImmutableSandboxedEnvironment(  # prompts are plain text, not HTML
        loader=_Files(),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_prompt(name: str, /, **values: Any) -> str:
    """A template with its variables filled in, without blank lines at either end.

    Args:
        name: Name of the template.
        values: Exactly its declared variables.

    Raises:
        TypeError: Other variables than the declared ones are given.
    """
    if values.keys() != VARIABLES[name]:
        wrong = sorted(values.keys() ^ VARIABLES[name])
        raise TypeError(f"prompt '{name}' is not given exactly its variables: {', '.join(wrong)}")
    return environment().get_template(name).render(values).strip()


@dataclass(frozen=True)
class Instruction:
    """A line of a template, by which its echo in an answer is known.

    Attributes:
        beginning: The line up to its first variable.
        is_whole: Whether that is all of it.
    """

    beginning: str
    is_whole: bool


@lru_cache(maxsize=1)
def instructions() -> tuple[Instruction, ...]:
    """All lines of the templates that prose would not hold by chance, the longest first."""
    found = set()
    for name in VARIABLES:
        for line in template_text(name).splitlines():
            beginning, *others = re.split(r"\{[{%]", line, maxsplit=1)
            beginning = beginning.strip()
            if beginning.endswith(":") or len(beginning) >= _LETTERS_OF_AN_INSTRUCTION:
                found.add(Instruction(beginning, is_whole=not others))
    return tuple(sorted(found, key=lambda i: (-len(i.beginning), i.beginning)))


@lru_cache(maxsize=1)
def prompt_version() -> str:
    """The first twelve letters of the SHA-256 over the template files of every section."""
    return _version(VARIABLES.keys() - _OF_SOME)


@lru_cache(maxsize=1)
def status_version() -> str:
    """The same of what sections with flags are told."""
    return _version(_OF_SOME)


def _version(names: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(f"{name}\0{template_text(name)}\0".encode())
    return digest.hexdigest()[:12]
