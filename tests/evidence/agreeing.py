"""Which sentences of a finished report say a result that does not follow from their figures.

``python -m tests.evidence.agreeing RUN …`` counts them in run folders.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import orjson

from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.references import REFERENCE, SENTENCE_END, rendered_parts
from factbook.evidence.short_form import evidence_of

_NUMBER = re.compile(r"[\u2212-]?[\d,]+(?:\.\d+)?")


def contradictions(source_text: str, evidence: Evidence) -> Iterator[tuple[str, bool]]:
    """Sentences that show two values and their relative change; whether it does not follow."""
    for sentence in SENTENCE_END.split(source_text):
        facts = [evidence.by_id[name] for name in REFERENCE.findall(sentence)]
        parts = list(rendered_parts(sentence, evidence.by_id))
        shown = dict(zip((fact.id for fact in facts), parts[1::2], strict=True))
        for change in facts:
            pair = _operands(change, facts)
            if pair is not None:
                after, before, said = (_number(shown[one.id]) for one in (*pair, change))
                computed = abs((after - before) / before * 100)
                yield "".join(parts), computed.quantize(_step(said)) != abs(said)


def _operands(change: Fact, facts: list[Fact]) -> tuple[Fact, Fact] | None:
    """The facts that a relative change was computed from, where they stand beside it."""
    if change.kind != "relative change":
        return None
    known = {(f.place, f.subject, f.metric, f.period): f for f in facts if f.is_value}
    after, before = (known.get(one[:4]) for one in change.derivation.operands)
    return (after, before) if after is not None and before is not None else None


def _number(text: str) -> Decimal:
    found = _NUMBER.search(text)
    assert found is not None, text
    return Decimal(found.group().replace(",", "").replace("\u2212", "-"))


def _step(number: Decimal) -> Decimal:
    """One of the last digit that is written; of 120 it is a ten."""
    plain = number.normalize()
    return Decimal(1).scaleb(int(plain.as_tuple().exponent))


def of_run(folder: Path) -> Iterator[tuple[str, bool]]:
    """The sentences of all sections of a run folder."""
    for path in sorted((folder / "records").glob("*.json")):
        record = orjson.loads(path.read_bytes())
        evidence = evidence_of(orjson.loads((folder / "evidence" / path.name).read_bytes()))
        yield from contradictions(record["source_text"], evidence)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        found = list(of_run(Path(name)))
        wrong = [sentence for sentence, is_wrong in found if is_wrong]
        print(f"{name}: {len(wrong)} of {len(found)} sentences contradict their figures")
        print("\n".join(wrong[:10]))
