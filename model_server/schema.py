"""A value that keeps a JSON schema, as small as the schema allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEEPEST = 20
PLAIN_TEXT = "text"


def is_article(schema: Mapping[str, Any]) -> bool:
    """Whether a schema is that of a text with a headline: its answer is prose in an object."""
    return {"headline", "text"} <= set(schema.get("properties", ()))


def example(
    schema: Mapping[str, Any], *, filled: str = "", root: Mapping[str, Any] | None = None
) -> Any:
    """A value that keeps the schema; of an enumeration the first.

    Args:
        schema: A JSON schema of the kind that structured answers have: objects, arrays, strings,
            numbers, enumerations, ``anyOf``, references into ``$defs``.
        filled: If not empty, every array has an element, and every string is this text.
        root: The whole schema, for references; `schema` itself when None.
    """
    return _Example(root or schema, filled).of(schema)


class _Example:
    def __init__(self, root: Mapping[str, Any], filled: str) -> None:
        self._root = root
        self._filled = filled

    def of(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        if depth > DEEPEST:
            raise ValueError(f"a JSON schema that nests more than {DEEPEST} deep")
        if "$ref" in schema:
            return self.of(self._referred(schema["$ref"]), depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        for word in ("anyOf", "oneOf", "allOf"):
            if word in schema:
                return self.of(schema[word][0], depth + 1)
        return self._typed(schema, depth)

    def _typed(self, schema: Mapping[str, Any], depth: int) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            parts = schema.get("properties", {})
            return {name: self.of(part, depth + 1) for name, part in parts.items()}
        if kind == "array":
            length = max(schema.get("minItems", 0), 1 if self._filled else 0)
            return [self.of(schema.get("items", {}), depth + 1) for _ in range(length)]
        if kind == "string":
            return (self._filled or PLAIN_TEXT).ljust(schema.get("minLength", 0), ".")
        return {"boolean": False, "null": None}.get(kind, schema.get("minimum", 0))

    def _referred(self, reference: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._root
        for part in reference.removeprefix("#").strip("/").split("/"):
            found = found[part] if part else found
        return found
