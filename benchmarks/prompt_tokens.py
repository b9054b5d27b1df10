"""How many tokens the prompt of a section's first text has, and where they go.

``python benchmarks/prompt_tokens.py PROJECT …`` makes the request of every section's draft as a run
would and asks nobody: what follows on from other sections is given the offline writer's texts.
`benchmarks/README.md` explains the columns.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from os.path import commonprefix
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).parents[1]))

from overhead_table import markdown

from factbook.errors import ModelUnavailableError
from factbook.llm.chat import Answered, ChatRequest, Pass
from factbook.llm.tokens import count_tokens, tokens_of
from factbook.project.project import open_project
from factbook.project.section_evidence import evidence_of
from factbook.writing.jobs import JobMaker
from factbook.writing.model import ModelWriter, PassOptions, Roles
from factbook.writing.offline import OfflineWriter
from factbook.writing.record import SectionRecord
from factbook.writing.section import write_section

_BLOCK = re.compile(r"<([a-z_]+)>\n.*?\n</\1>", re.DOTALL)
_MODEL = "gpt-5"


class FirstRequests:
    """Calls that keep the first request of each section and answer none."""

    def __init__(self) -> None:
        self.made: dict[str, ChatRequest] = {}

    def call(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """Keep a request."""
        self.made.setdefault(section_id, request)
        raise ModelUnavailableError("nobody is asked")


def requests_of(folder: Path) -> dict[str, ChatRequest]:
    """The requests of the drafts of a project's sections, by section id."""
    project = open_project(folder)
    calls = FirstRequests()
    roles = Roles(base=_MODEL, writer=_MODEL, sota=_MODEL, search=_MODEL)
    options = PassOptions(add_search=False, max_facts=project.config.limits.max_facts)
    writer = ModelWriter(calls, roles, options, provider="none")
    jobs = JobMaker(project.sheet, project.graph, project.config, project.context, for_model=True)
    records: dict[str, SectionRecord | None] = {}
    specs = {spec.id: spec for spec in project.outline.sections_to_write}
    for spec, evidence in evidence_of(project, specs):
        job = jobs.make(spec, evidence, jobs.upstream(spec, records))
        parts = {"evidence": ""}
        records[spec.id] = write_section(job, writer, OfflineWriter(), key="", key_parts=parts)
    return {name: calls.made[name] for name in specs}


def parts_of(request: ChatRequest) -> Iterator[tuple[str, int]]:
    """Name of a part of a prompt → its tokens: blocks by their tags, the rest as instructions."""
    system, user = (message.content for message in request.messages)
    yield "system message", count_tokens(system)
    for block in _BLOCK.finditer(user):
        yield block[1], count_tokens(block[0])
    yield "instructions", count_tokens(_BLOCK.sub("", user))
    whole = tokens_of(request)
    yield "schema and roles", whole - count_tokens(system) - count_tokens(user)


def shared_tokens(requests: Iterable[ChatRequest]) -> list[int]:
    """Tokens with which each prompt begins like the one before: what a cache can hold of it."""
    texts = ["\n".join(message.content for message in one.messages) for one in requests]
    return [count_tokens(commonprefix(pair)) for pair in pairwise(texts)]


def main(folders: list[str]) -> None:
    """Measure projects and print tables."""
    for folder in folders:
        made = requests_of(Path(folder))
        sizes = {name: tokens_of(request) for name, request in made.items()}
        largest = max(sizes, key=lambda name: sizes[name])
        print(f"\n{Path(folder).name}: {len(sizes)} sections, mean {fmean(sizes.values()):,.0f}, ")
        print(f"least {min(sizes.values()):,}, most {sizes[largest]:,} ({largest}) tokens;")
        shared = shared_tokens(made.values())
        print(
            f"the first {fmean(shared):,.0f} (at least {min(shared):,}) as in the prompt before\n"
        )
        totals: Counter[str] = Counter()
        most: Counter[str] = Counter()
        for request in made.values():
            for name, tokens in parts_of(request):
                totals[name] += tokens
                most[name] = max(most[name], tokens)
        rows = [
            {"part": name, "mean tokens": round(total / len(sizes)), "most": most[name]}
            for name, total in totals.most_common()
        ]
        print(markdown(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
