"""Derivations as files hold them: in short, what equals the fact itself left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from factbook.evidence.derivation import (
    UNKNOWN,
    Among,
    Derivation,
    LeftOut,
    Members,
    Operand,
    StandIn,
)

PLAIN = {"operation": "value"}
"""What a file may leave out: the number is in the data itself."""

_NAMES = (
    *("own", "totals_of", "node", "position", "left_out_count", "weight", "holds"),
    *("differing", "basis"),
)
_PARTS = {"members": Members, "among": Among, "stand_in": StandIn}


def stored_derivation(derivation: Derivation, context: Operand) -> dict[str, Any]:
    """What a file holds of a derivation: only what is set.

    Of an operand that is what differs from the fact itself, of a sum the property and category of
    each summand.

    Args:
        derivation: The derivation.
        context: What its fact is about; the metric without what the fact's kind adds.
    """
    found: dict[str, Any] = {"operation": derivation.operation}
    if derivation.pairs:
        found["summands"] = derivation.pairs
    elif derivation.operands:
        found["operands"] = [_stored_operand(one, context) for one in derivation.operands]
    if derivation.missing:
        found["missing"] = derivation.missing_pairs
    for name in _NAMES:
        if value := getattr(derivation, name):
            found[name] = value
    for name in _PARTS:
        if (part := getattr(derivation, name)) is not None:
            usual = part._field_defaults
            found[name] = {k: v for k, v in part._asdict().items() if k not in usual or v}
    if derivation.left_out:
        found["left_out"] = [tuple(one) for one in derivation.left_out]
    return found


def _stored_operand(operand: Operand, context: Operand) -> dict[str, Any]:
    pairs = zip(Operand._fields, operand, context, strict=True)
    return {name: value for name, value, known in pairs if value != known}


def derivation_of(body: object, context: Operand) -> Derivation:
    """A derivation from what a file holds of it.

    Args:
        body: What `stored_derivation` gave; None where nothing was kept.
        context: What its fact is about.

    Raises:
        ValueError: It is none.
    """
    if body is None:
        return UNKNOWN
    if not isinstance(body, Mapping):
        raise ValueError("a derivation is an object")
    values = dict(body)
    operands = [_operand(one, context) for one in values.pop("operands", ())]
    operands += _summands(values.pop("summands", ()), context)
    missing = tuple(_summands(values.pop("missing", ()), context))
    for name, kind in _PARTS.items():
        if name in values:
            values[name] = kind(**_tuples(values[name]))
    left_out = tuple(LeftOut(*one) for one in values.pop("left_out", ()))
    try:
        return Derivation(
            operands=tuple(operands), missing=missing, left_out=left_out, **_tuples(values)
        )
    except TypeError as error:
        raise ValueError(str(error)) from None


def _operand(stored: Mapping[str, Any], context: Operand) -> Operand:
    return Operand(**{**context._asdict(), **stored})


def _summands(pairs: Iterable[Sequence[str]], context: Operand) -> list[Operand]:
    """Summands of the place, period and unit of the sum: a large report reads a million."""
    place, _, _, period, unit, _, scenario = context
    return [
        Operand(place, subject, metric, period, unit, None, scenario) for metric, subject in pairs
    ]


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
