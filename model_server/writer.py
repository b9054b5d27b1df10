"""What the model server writes: a text for each pass, or JSON that keeps a schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from model_server import prose
from model_server.schema import example, is_article

REFERENCE = re.compile(r"\{(F[1-9][0-9]*)\}")
ISSUE = "The first sentence does not say which period it is about."

_OPENINGS = {
    "introduction": "The sections below look at the data one by one.",
    "task_summary": "In sum, the sections above come to the following.",
    "conclusion": "The data of this report lead to the following conclusion.",
}
_REWORDINGS = (
    ("stood at", "reached"),
    ("came to", "amounted to"),
    ("rose by", "increased by"),
    ("fell by", "declined by"),
    ("had a share", "accounted for a share"),
    ("the figure for", "the value for"),
)
_SOURCE = re.compile(r"[\[{](S[1-9][0-9]*)[\]}]")
_CITATION = re.compile(r"\s*\{S[1-9][0-9]*\}")
_LEFTOVER_BRACES = re.compile(r"\{(?!(?:F|S)[1-9][0-9]*\})[^{}]*\}?|(?<![0-9])\}")
_MARKED = re.compile(r"^HEADLINE: ", re.MULTILINE)
"""What the instructions of a prompt have that asks for a headline without a schema."""

_HEADING = re.compile(r"^#+ .*\n*", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """What the writer needs of a request.

    Attributes:
        prompt: The messages of the user.
        system: The messages of the system.
        pass_: The pass, as the request's id says it; empty without.
        schema: JSON schema of the answer; None for prose.
        seed: Number made from the request's body.
    """

    prompt: str
    system: str
    pass_: str
    schema: Mapping[str, Any] | None
    seed: int


Spoil = Callable[[str, Asked], str]
"""What makes a spoiled text of a good one."""


def write(asked: Asked, spoil: Spoil | None = None) -> str:
    """The text that answers a request: prose by reference, or JSON if there is a schema.

    Args:
        asked: The request.
        spoil: What a fault makes of a good text; of an article it is made of its text.
    """
    spoiled = spoil or (lambda text, asked: text)
    if asked.schema is None and _MARKED.search(prose.instructions_of(asked.prompt)):
        parts = _article(asked)
        marks = [f"{name.upper()}: {parts[name]}" for name in ("headline", "standfirst")]
        return "\n".join([*marks, "", spoiled(parts["text"], asked)])
    if asked.schema is None:
        return spoiled(_prose(asked), asked)
    if not is_article(asked.schema):
        return spoiled(orjson.dumps(example(asked.schema)).decode(), asked)
    parts = _article(asked)
    return orjson.dumps({**parts, "text": spoiled(parts["text"], asked)}).decode()


def _prose(asked: Asked) -> str:
    text = prose.between(asked.prompt, "text")
    if text and asked.pass_ in _REWRITING:
        return _REWRITING[asked.pass_](text, asked.prompt)
    source = _SOURCE.search(prose.between(asked.prompt, "search_results"))
    return prose.compose(
        asked.prompt,
        asked.seed,
        opening=_OPENINGS.get(asked.pass_, ""),
        closing=f"Published work points the same way {{{source[1]}}}." if source else "",
    )


def _article(asked: Asked) -> dict[str, str]:
    """Headline, standfirst and text: of a text in the prompt, or a new one."""
    given = prose.between(asked.prompt, "text")
    if given and asked.pass_ in _REWRITING:
        rewrite = _REWRITING[asked.pass_]
        parts = parts_of(given)
        return {
            name: rewrite(part, asked.prompt) if part and name != "headline" else part
            for name, part in parts.items()
        }
    first, *others = prose.sentences_of(_prose(asked))
    number = prose.paragraph_count(prose.instructions_of(asked.prompt), 0)
    return {
        "headline": prose.headline_of(asked.prompt),
        "standfirst": first,
        "text": prose.paragraphs(others, number),
    }


def parts_of(text: str) -> dict[str, str]:
    """The parts of a text with marked lines before it."""
    parts = {"headline": "", "standfirst": "", "text": text}
    for name in ("headline", "standfirst"):
        line, _, rest = parts["text"].partition("\n")
        if line.startswith(f"{name.upper()}: "):
            parts |= {name: line.partition(": ")[2], "text": rest.strip()}
    return parts


def summary(text: str, prompt: str) -> str:
    """The first sentence of a text, and the second if it fits the words asked for."""
    sentences = prose.sentences_of(_CITATION.sub("", text))
    most = prose.word_bounds(prose.instructions_of(prompt))[1]
    both = " ".join(sentences[:2])
    return both if len(both.split()) <= most else sentences[0]


def reworded(text: str, prompt: str = "") -> str:
    """The same text in slightly other words, with the same references and digits."""
    for word, other in _REWORDINGS:
        if word in text:
            return text.replace(word, other)
    return f"Taken together: {text}"


def repaired(text: str, prompt: str) -> str:
    """A text without markup, leftover braces and sentences that refer to unknown facts.

    Args:
        text: The text.
        prompt: Holds the evidence; every fact is taken for known when there is none.
    """
    known = {row.fact for row in prose.facts_of(prompt)}
    text = _LEFTOVER_BRACES.sub("", _HEADING.sub("", text).replace("**", ""))
    kept: list[str] = []
    for paragraph in text.split("\n\n"):
        sentences = [
            sentence
            for sentence in prose.sentences_of(paragraph)
            if not known or known.issuperset(REFERENCE.findall(sentence))
        ]
        kept += [" ".join(sentences)] if sentences else []
    if kept:
        return "\n\n".join(kept)
    return REFERENCE.sub(lambda found: found[0] if found[1] in known else "", text)


_REWRITING: Mapping[str, Callable[[str, str], str]] = {
    "summary": summary,
    "polish": reworded,
    "repair": repaired,
}
"""Pass → what it makes of the text in a prompt."""


def revise(asked: Asked) -> str:
    """A structured verdict that asks for a revision, with an issue."""
    verdict: dict[str, Any] = example(asked.schema or {}, filled=ISSUE)
    return orjson.dumps({**verdict, "verdict": "revise"}).decode()


def free_digits(text: str, prompt: str) -> str:
    """The text with the figures themselves in place of references."""
    figures = {row.fact: f"{row.value} {row.unit}".strip() for row in prose.facts_of(prompt)}
    return REFERENCE.sub(lambda found: figures.get(found[1], found[0]), text)


def glued(text: str) -> str:
    """The text with a digit before its first reference and letters after its second."""
    text = REFERENCE.sub(r"9{\1}", text, count=1)
    first = REFERENCE.search(text)
    rest = first.end() if first else 0
    return text[:rest] + REFERENCE.sub(r"{\1}bn", text[rest:], count=1)


def echoed_part(text: str, system: str) -> str:
    """The text with a part of the system's message in it, shouted, with other blanks."""
    return f"{text} {'   '.join(system.split()[-40:]).upper()}"


LINKS = (
    "See [the bank](https://evil.example/a), [it]( https://evil.example/b ), "
    "<https://evil.example/c>, ![seal](https://evil.example/d.png), [e](mailto:e@evil.example), "
    "https&#58;//evil.example/f, www.evil.example and \u202eevil\u202c \u200bpaper\u00ad."
)
BRACKETS = "[" * 12_000
"""As many as a completion has room for, at four characters a token."""


SPOILED: Mapping[str, Spoil] = {
    "unknown_reference": lambda text, asked: f"{text} A further figure is {{F999}}.",
    "braces": lambda text, asked: f"{text} It is {{about}} the same {{F}} elsewhere }}.",
    "markup": lambda text, asked: f"## Overview\n\n**In short:** {text}",
    "free_digits": lambda text, asked: free_digits(text, asked.prompt),
    "glued_reference": lambda text, asked: glued(text),
    "links": lambda text, asked: f"{text} {LINKS}",
    "brackets": lambda text, asked: f"{text} {BRACKETS}",
    "prompt_echo": lambda text, asked: asked.system,
    "prompt_echo_part": lambda text, asked: echoed_part(text, asked.system),
    "revise": lambda text, asked: revise(asked),
    "broken_schema": lambda text, asked: '{"verdict": "perhaps", "unexpected": [1]}',
}
"""Kind of a text fault → what it makes of a good text."""
