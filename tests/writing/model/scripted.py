"""A writer whose model answers from a script, and the sections that it writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from factbook.evidence.facts import Fact
from factbook.evidence.finding import DataFinding, Strength
from factbook.llm.chat import Answered, ChatAnswer, ChatRequest, Pass, Usage
from factbook.writing.job import SectionJob
from factbook.writing.model import ModelWriter, PassOptions, Roles
from tests.sections import AUSTRIA, make_evidence, make_fact

ROLES = Roles(base="small", writer="middle", sota="large", search="finder")
FACTS = (
    make_fact(1),
    make_fact(2, subject="Gas", value=10.84),
    make_fact(3, metric="Generation change", kind="change", period="2015–2021", value=-1.64),
    make_fact(4, metric="Generation share of category", kind="share of category", unit="%"),
    make_fact(5, metric="Generation rank", kind="rank", unit="rank", value=3.0, among=27),
)
GOOD = "Wind gave {F1} in Austria in 2021.\n\nGas gave {F2}."
OK = '{"verdict": "ok", "issues": []}'
REVISE = '{"verdict": "revise", "issues": ["The second paragraph says nothing of wind."]}'

Script = str | ChatAnswer | Exception | Callable[[ChatRequest], str]


class ScriptedCalls:
    """Answers each pass from its script, and remembers what was asked.

    Args:
        scripts: Pass → its answers in order; the last one is given again and again. An exception
            is raised.
        was_cached: Whether the answers come from a store.
    """

    def __init__(
        self, scripts: Mapping[str, Script | list[Script]], *, was_cached: bool = False
    ) -> None:
        self._scripts = {
            name: list(script) if isinstance(script, list) else [script]
            for name, script in scripts.items()
        }
        self._was_cached = was_cached
        self._lock = threading.Lock()
        self.made: list[tuple[str, Pass, ChatRequest]] = []

    def call(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """The next answer of the pass's script."""
        with self._lock:
            self.made.append((section_id, pass_, request))
            script = self._scripts[pass_]
            answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, str):
            answer = ChatAnswer(text=answer, usage=Usage(input_tokens=100, output_tokens=10))
        cost = 0.0 if self._was_cached else 0.5
        return Answered(answer=answer, cost_usd=cost, was_cached=self._was_cached)

    @property
    def passes(self) -> list[str]:
        """The passes that were asked for, in order."""
        return [pass_ for _, pass_, _ in self.made]

    def prompts(self, pass_: str) -> list[str]:
        """The user's messages of a pass, one text a request."""
        return [
            "\n".join(m.content for m in request.messages if m.role != "system")
            for _, name, request in self.made
            if name == pass_
        ]


def make_writer(
    scripts: Mapping[str, Script | list[Script]], **options: Any
) -> tuple[ModelWriter, ScriptedCalls]:
    """A writer and its model."""
    calls = ScriptedCalls(scripts)
    values: dict[str, Any] = {"context_tokens": 32_000, **options}
    return ModelWriter(calls, ROLES, PassOptions(**values), provider="scripted"), calls


def make_job(*facts: Fact, **others: Any) -> SectionJob:
    """A section on Austria."""
    values: dict[str, Any] = {
        "section_id": "1.1.1@AT",
        "kind": "sub_task",
        "place": AUSTRIA,
        "chapter_title": "Electricity",
        "task_title": "Supply",
        "title": "Wind power",
        "description": "Say what wind gave.",
        "evidence": make_evidence(*(facts or FACTS)),
    }
    return SectionJob(**(values | others))


def a_finding(kind: Any, score: float, facts: Mapping[str, str], **others: Any) -> DataFinding:
    """A finding of a score; its strength is nothing that a writer reads."""
    strength = Strength(0.5, 0.5, 0.5, 0.5)
    values = {"key": f"{kind}|{score}", "strength": strength, **others}
    return DataFinding(kind=kind, score=score, facts=facts, **values)


SPAN = "2015–2021"
GREW = a_finding(
    *("level", 18.0, {"now": "F1", "then": "F2", "change": "F3"}),
    form="rose",
    is_lead=True,
)
PEAK = a_finding(
    *("turn", 42.0, {"now": "F1", "top": "F5"}),
    form="peak",
    words={"since": "2019"},
)
OF_GAS = a_finding(
    "level", 60.0, {"now": "F7"}, form="only", is_lead=True, told_in="2.1.1@AT", key="gas"
)
FOUND_FACTS = (
    make_fact(1),
    make_fact(2, period="2015", value=4.84),
    make_fact(
        *(3,),
        metric="Generation relative change",
        kind="relative change",
        period=SPAN,
        value=33.88429752066,
        unit="%",
    ),
    make_fact(4, metric="Generation change", kind="change", period=SPAN, value=1.64),
    make_fact(5, period="2019", value=7.48),
    make_fact(6, place="EU", role="region", value=386.0),
    make_fact(7, subject="Gas", value=10.84),
    make_fact(8, subject="Oil", value=0.5),
    make_fact(9, subject="Peat", value=0.25),
    make_fact(10, subject="Straw", value=0.125),
    make_fact(11, period="2017", value=6.57),
)
HEADLINE = "Wind falls back from its peak of 2019, to {F1}"
STANDFIRST = "Wind gave {F1} in Austria in 2021."
TEXT = "It had peaked at {F5} in 2019."


def found_job(*findings: DataFinding, **others: Any) -> SectionJob:
    """A section on Austria with findings: a level, a peak, and one that another section tells."""
    found = findings or (PEAK, GREW, OF_GAS)
    values = {"evidence": make_evidence(*FOUND_FACTS, findings=found)}
    return make_job(**(values | {"elsewhere": {"2.1.1@AT": "Fossil fuels"}} | others))


def an_article(headline: str = HEADLINE, standfirst: str = STANDFIRST, text: str = TEXT) -> str:
    """A structured answer."""
    return json.dumps({"headline": headline, "standfirst": standfirst, "text": text})
