"""What a model wrote, as prose: without fences, headings, bold type, thoughts and echoes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import unescape

from factbook.checking.characters import without_format_characters
from factbook.evidence.facts import Fact
from factbook.evidence.references import REFERENCE
from factbook.writing.model.prompts import instructions

_THOUGHTS = r"think(?:ing)?|reasoning"
_THOUGHT = re.compile(rf"<({_THOUGHTS})>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(rf"\A.*</(?:{_THOUGHTS})>", re.DOTALL | re.IGNORECASE)
_ECHOED = (
    "evidence|findings|told_elsewhere|place|search_results|outline|neighbours|assignment|guidelines"
    "|editor_note|problems"
)
_ECHOED_TAG = re.compile(rf"<(/?)({_ECHOED})>", re.IGNORECASE)
_TAG = re.compile(
    rf"</?(?:{_ECHOED}|text|context|tone|notes|gaps|earlier_sections|style_examples"
    r"|research_notes|topic)>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*+/?>", re.IGNORECASE)
_CSV_LINE = re.compile(
    r"^(?:fact,place,subject,.*|F\d+,(?=\S)[^,\n]*(?:,[^,\n]*){2},.*)$", re.MULTILINE
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,})[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^([^\n]{1,100})\n[ \t]*(?:={3,}|-{3,})[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(.*)$", re.MULTILINE)
_BOLD_LINE = re.compile(r"^[ \t]*(?:\*\*|__)([^*\n]+?)(?:\*\*|__)[ \t]*+:?+[ \t]*+$", re.MULTILINE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)")
_BOLD_END = {mark: re.compile(rf"(?<=\S){re.escape(mark)}") for mark in ("**", "__")}
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_BULLET = re.compile(r"^[ \t]*(?:[-*•+]|\d{1,2}[.)])[ \t]+(?=\S)", re.MULTILINE)
_LINK = re.compile(
    r"(?:!?\[([^\[\]\n]*)\]|(\{[FS]\d+\}))"
    r"\([ \t]*+<?(?:(?:[a-z][a-z0-9+.-]{1,20}:)?//|mailto:|javascript:)"
    r"[^()\s]*(?:[ \t][^()\n]*)?\)",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_YES = r"(?:sure|certainly|of course|okay|ok|absolutely)"
_ANNOUNCED = re.compile(
    rf"\A(?:(?:{_YES}[!.,]*\s+)?(?:here(?:'s|’s| is| are)|(?:below|following) is)\b[^\n]{{0,160}}:"
    rf"|{_YES}[!.,]*(?=[ \t]*\n)"
    r"|(?:the )?(?:(?:revised|corrected|edited|final) )?"
    r"(?:text|section|summary|introduction|conclusion|version)\b[^\n.]{0,80}:(?=[ \t]*\n)"
    r")[ \t]*(?:\n+|\Z)",
    re.IGNORECASE,
)
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_SENTENCE_END = (".", "!", "?", ":", "”", '"')
_SENTENCE_BREAK = re.compile(r"(?<=[.!?])\s+(?=[“\"'(]?[A-Z{])")
_WORDS_OF_A_HEADING = 12
_WORDS_OF_A_REPEAT = 4  # "It fell again." may well stand twice

_NAMED = r"[FfSs][0-9]+"
_NAMES = rf"(?:(?:fact|source)s?\s+)?({_NAMED}(?:\s*(?:[,;/&]|and)\s*{_NAMED})*)\s*"
_NAME = re.compile(_NAMED)
_BRACKETED = re.compile(rf"(?<!\[)\[++\s*{_NAMES}\]+", re.IGNORECASE)
_BRACED = re.compile(
    rf"(?<!\{{)\{{++\s*{_NAMES}(?:[^0-9{{}}\n][^{{}}\n]{{0,40}})?\}}+", re.IGNORECASE
)
_UNCLOSED = re.compile(r"\{([FS][1-9][0-9]*)(?=\s|[.!?;)]|\Z)")
_RANGE = re.compile(r"(?<=[0-9]\})-(?=\{F[0-9])")


def clean_prose(text: str) -> str:
    """A model's answer as paragraphs of prose, references in their one spelling.

    Goes: thoughts between ``<think>`` tags, code fences, headings, rules, bold and italic marks,
    bullets, links, echoes of the prompt, a first line such as "Here is the text:", a sentence that
    stands there for the second time, characters that nobody sees. Words of the text itself are
    never changed. The time that it takes grows with the text, and not faster.

    Args:
        text: What the model wrote.

    Returns:
        Paragraphs with a blank line between them; empty when nothing is left.
    """
    text = "\n".join(map(_without_instruction, without_thoughts(text).split("\n")))
    text = _TAG.sub("\n", _without_echoes(_BREAK.sub("\n", text)))
    text = _CSV_LINE.sub("", _FENCE.sub("", text)).strip()
    text = _ANNOUNCED.sub("", text).strip()
    text = _RULE.sub("\n", _UNDERLINED.sub(_unless_prose, text))
    text = _BOLD_LINE.sub(_unless_prose, _HEADING.sub(_unless_prose, text))
    text = _BULLET.sub("", _LINK.sub(_label, references_spelled(_unescaped(text))))
    text = _ITALIC.sub(r"\1", _without_bold(text))
    text = references_spelled(_seen(text))
    seen: set[str] = set()
    paragraphs = (_once(part, seen) for part in _PARAGRAPH_END.split(text))
    return "\n\n".join(part for part in paragraphs if part)


def without_thoughts(text: str) -> str:
    """A model's answer without what it thought before it, and without invisible characters."""
    return _THOUGHT_END.sub("", _THOUGHT.sub("", _seen(text)))


def references_spelled(text: str) -> str:
    """References and citations in their one spelling: ``{F12}``, ``{S1}``.

    Models also write ``[F12]``, ``{{F12}}``, ``{f12}``, ``{F1, F2}``, ``{F12: 67.3 TWh}`` and
    ``{F12`` without its end. A hyphen between two references is a dash: as a minus sign it would
    change the second.
    """
    text = _BRACED.sub(_one_by_one, _BRACKETED.sub(_one_by_one, text))
    return _RANGE.sub("\N{EN DASH}", _UNCLOSED.sub(r"{\1}", text))


def without_doubled_units(source_text: str, facts: Mapping[str, Fact]) -> str:
    """A source text without units that stand behind a reference, which brings its own.

    ``{F12} TWh`` becomes ``{F12}``, ``{F13} percent`` becomes ``{F13}``, ``{F14} of 27`` too.

    Args:
        source_text: Text with references.
        facts: The facts by id.
    """
    parts, end = [], 0
    for match in REFERENCE.finditer(source_text):
        parts.append(source_text[end : match.end()])
        end = match.end()
        fact = facts.get(match.group(1))
        unit = fact and re.compile(_unit_pattern(fact)).match(source_text, end)
        if unit:
            end = unit.end()
    return "".join([*parts, source_text[end:]])


def _unit_pattern(fact: Fact) -> str:
    """A pattern of what may stand for a fact's unit behind its reference."""
    if fact.kind == "rank":
        return r"(?:st|nd|rd|th)?(?:\s+of\s+\d+\b)?"
    if fact.unit == "%":
        return r"\s*(?:%|per\s?cent\b)(?!age|\s*points?)"
    if not fact.unit:
        return r"(?!)"
    return rf"[\s-]*{re.escape(fact.unit)}(?![\w/²³])"


def _seen(text: str) -> str:
    """A text without control and format characters, and without lone surrogates."""
    text = without_format_characters(text)
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _unescaped(text: str) -> str:
    """A text with its character references (``&amp;``) as characters."""
    return _ENTITY.sub(lambda entity: unescape(entity.group()), text)


def _without_instruction(line: str) -> str:
    """A line without the line of a prompt that it repeats; small models do that."""
    bare = line.strip()
    for instruction in instructions():
        if bare.startswith(instruction.beginning):
            rest = bare.removeprefix(instruction.beginning)
            return rest.strip() if instruction.is_whole else ""
    return line


def _without_echoes(text: str) -> str:
    """A text with a line end for each block of a prompt that it repeats with its tags."""
    last_end: dict[str, int] = {}
    tags = [(*m.span(), bool(m[1]), m[2].lower()) for m in _ECHOED_TAG.finditer(text)]
    for start, _, is_end, name in tags:
        if is_end:
            last_end[name] = start
    parts, kept_to, inside = [], 0, ""
    for start, end, is_end, name in tags:
        if not inside and not is_end and last_end.get(name, -1) > start:
            parts += [text[kept_to:start], "\n"]
            inside = name
        elif is_end and name == inside:
            kept_to, inside = end, ""
    return "".join([*parts, text[kept_to:]])


def _without_bold(text: str) -> str:
    """A text without the marks of bold type; a mark without its end stays."""
    parts, at = [], 0
    unpaired: set[str] = set()
    while opening := _BOLD.search(text, at):
        mark = opening.group()
        first = opening.end()
        ending = None if mark in unpaired else _BOLD_END[mark].search(text, first + 1)
        if ending is None:
            unpaired.add(mark)
            parts.append(text[at : opening.start() + 1])
            at = opening.start() + 1
        else:
            parts += [text[at : opening.start()], text[first : ending.start()]]
            at = ending.end()
    return "".join([*parts, text[at:]])


def _once(paragraph: str, seen: set[str]) -> str:
    """A paragraph on one line, without whole sentences that the text has had already."""
    kept = []
    for sentence in _SENTENCE_BREAK.split(" ".join(paragraph.split())):
        if sentence not in seen:
            kept.append(sentence)
        if len(sentence.split()) >= _WORDS_OF_A_REPEAT:
            seen.add(sentence)
    return " ".join(kept)


def _unless_prose(match: re.Match[str]) -> str:
    """Nothing for a heading; its words where it is a sentence that only looks like one."""
    words = match.group(1).strip(" \t").rstrip("#").strip()
    is_prose = words.endswith(_SENTENCE_END[:3]) or len(words.split()) > _WORDS_OF_A_HEADING
    return f"{words}\n" if is_prose else "\n"


def _label(match: re.Match[str]) -> str:
    """What a link shows: its words, or the citation that it stands behind."""
    return match.group(1) or match.group(2) or ""


def _one_by_one(match: re.Match[str]) -> str:
    names = [name.upper() for name in _NAME.findall(match.group(1))]
    joint = "" if all(name.startswith("S") for name in names) else ", "
    return joint.join(f"{{{name}}}" for name in names)
