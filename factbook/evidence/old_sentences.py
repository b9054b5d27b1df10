"""Derivations in files of earlier versions, which held them as sentences and nothing else.

Only what readers of such a file need is distinguished: whether a value is a sum, whether its period
stands in for another, whether a change compares like with like.
"""

from __future__ import annotations

from factbook.evidence.derivation import UNKNOWN, Derivation, StandIn

_SUM = "sum of"
_FIRST, _LAST = "first period with a value", "last period with a value"
_LIKE_FOR_LIKE = "only what has a value in both periods"


def from_sentence(sentence: str) -> Derivation:
    """What is known of a derivation from the sentence of an earlier version."""
    stand_in = None
    if sentence.endswith(_FIRST):
        stand_in = StandIn(asked="", which="first")
    elif sentence.endswith(_LAST):
        stand_in = StandIn(asked="", which="last")
    left_out_count = int(_LIKE_FOR_LIKE in sentence)
    if stand_in is None and not left_out_count:
        return UNKNOWN
    return Derivation("unknown", stand_in=stand_in, left_out_count=left_out_count)


def kind_from_sentence(sentence: str, kind: object) -> object:
    """The kind of a fact: earlier versions called a sum a value as well."""
    return "total" if kind == "value" and _SUM in sentence else kind
