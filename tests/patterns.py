"""The regular expressions of the project, and texts that make a careless one slow.

A pattern is slow where it goes through a text again from each of its places. The texts that show it
are a beginning that the pattern takes, then a piece of it again and again, then an end that it
does not take. They are made from the pattern itself, so that a new one needs no texts of its own.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGES = ("factbook", "flows", "server", "tasks")
ANCHORED = {"match", "fullmatch"}
_RE_FUNCTIONS = ANCHORED | {"compile", "search", "sub", "subn", "split", "findall", "finditer"}
_DRAWS = 4
_MOST_TIMES = 3
_MOST_TEXTS = 90

Use = Callable[[Any], object]


@dataclass(frozen=True)
class Found:
    """A pattern where it stands.

    Attributes:
        where: Module and name, or module and line.
        pattern: The pattern.
        is_anchored: Whether it is only ever tried at the beginning of a text.
    """

    where: str
    pattern: re.Pattern[Any]
    is_anchored: bool


def modules() -> Iterator[tuple[str, Path]]:
    """The modules of the project that may have patterns, by their names."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "import re\n" in path.read_text(encoding="utf-8"):
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name.removesuffix(".__init__"), path


def patterns_of(name: str, path: Path) -> Iterator[Found]:
    """All patterns of a module that are known without running it.

    Args:
        name: Its name.
        path: Its file.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    uses = _uses(tree)
    named = vars(importlib.import_module(name))
    for variable, value in named.items():
        bound = getattr(value, "__self__", None)
        pattern = value if isinstance(value, re.Pattern) else bound
        if isinstance(pattern, re.Pattern) and _is_assigned(tree, variable):
            methods = {value.__name__} if bound else uses.get(variable, set())
            yield Found(f"{name}.{variable}", pattern, bool(methods) and methods <= ANCHORED)
    for call in ast.walk(tree):
        method = _re_function(call)
        if isinstance(call, ast.Call) and method and isinstance(call.args[0], ast.Constant):
            where = f"{name}:{call.lineno}"
            yield Found(where, re.compile(call.args[0].value), method in ANCHORED)


def _uses(tree: ast.Module) -> dict[str, set[str]]:
    """Variable → the methods of it that a module names."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
    return found


def _is_assigned(tree: ast.Module, variable: str) -> bool:
    targets = [
        target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
    ]
    return any(isinstance(target, ast.Name) and target.id == variable for target in targets)


def _re_function(node: ast.AST) -> str:
    """The function of `re` that a call is of, but for `re.compile`; else empty."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    function, module = node.func.attr, node.func.value
    is_re = isinstance(module, ast.Name) and module.id == "re"
    return function if is_re and function in _RE_FUNCTIONS - {"compile"} else ""


def hard_texts(pattern: re.Pattern[Any], letters: int) -> Iterator[Any]:
    """Texts of about so many letters that are hard for a pattern.

    Args:
        pattern: The pattern.
        letters: How long the texts are.
    """
    text = pattern.pattern
    tree = parser.parse(text, pattern.flags & ~re.DEBUG)
    for beginning, piece in list(_pumps(tree))[:_MOST_TEXTS]:
        repeated = piece * (letters // len(piece))
        for end in ("", "\x01"):
            said = f"{beginning}{repeated}{end}"
            yield said.encode("utf-8", "replace") if isinstance(text, bytes) else said


def _pumps(tree: Any) -> Iterator[tuple[str, str]]:
    """A beginning that a pattern takes, and what is then repeated, each once."""
    seen: set[tuple[str, str]] = set()
    for draw in range(_DRAWS):
        random = Random(draw)  # noqa: S311 - the same texts each time
        sample = _sample(tree, random)[:40]
        pieces = (
            sorted(set(sample)) + [sample[n : n + 2] for n in range(len(sample) - 1)] + [sample]
        )
        for at in range(len(sample) + 1):
            near = [
                sample[max(0, at - 1) : at],
                sample[max(0, at - 2) : at],
                sample[max(0, at - 4) : at],
            ]
            for piece in [*near, *(pieces if at == 0 else [])]:
                if piece and (sample[:at], piece) not in seen:
                    seen.add((sample[:at], piece))
                    yield sample[:at], piece


def _sample(tree: Any, random: Random) -> str:
    """A text that a pattern takes, but for what it wants to see around it."""
    return "".join(_of_code(code, value, random) for code, value in tree)


def _of_code(code: Any, value: Any, random: Random) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if code is codes.ANY:
        return random.choice("a ")
    if code is codes.IN:
        return _of_class(value, random)
    if code is codes.BRANCH:
        return _sample(random.choice(value[1]), random)
    if code is codes.SUBPATTERN:
        return _sample(value[3], random)
    if code is codes.ATOMIC_GROUP:
        return _sample(value, random)
    if code is codes.ASSERT and value[0] > 0:  # what is looked for ahead can be slow to find too
        return _sample(value[1], random)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inside = value
        times = random.randint(least, max(least, min(int(most), least + _MOST_TIMES)))
        return "".join(_sample(inside, random) for _ in range(min(times, 8)))
    return ""


_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}
_TRIED = "a1 -[<{,~_Z\té中\x01"


def _of_class(items: list[Any], random: Random) -> str:
    """A character of a class."""
    if items[0][0] is codes.NEGATE:
        tried = random.sample(_TRIED, len(_TRIED))
        return next(c for c in tried if not any(_holds(item, c) for item in items[1:]))
    code, value = random.choice(items)
    if code is codes.CATEGORY:
        return next(c for c in _TRIED if _holds((code, value), c))
    return chr(random.choice(value)) if code is codes.RANGE else chr(value)


def _holds(item: tuple[Any, Any], character: str) -> bool:
    """Whether a part of a class holds a character."""
    code, value = item
    if code is codes.CATEGORY:
        return re.fullmatch(_CATEGORIES[value], character) is not None
    low, high = value if code is codes.RANGE else (value, value)
    return bool(low <= ord(character) <= high)
