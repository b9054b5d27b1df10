"""Two runs compared, section by section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from factbook.checking.claims import reference_claims
from factbook.diff.causes import TITLES, causes_of
from factbook.diff.changes import (
    Cause,
    FigureChange,
    ReportDiff,
    SectionDiff,
    Side,
    TitleChange,
)
from factbook.diff.data_changes import DataChanges
from factbook.diff.fact_changes import Sides, comparable, figure_changes
from factbook.diff.input_changes import input_changes
from factbook.diff.run_content import RunContent, RunSection, read_run, require_same_project
from factbook.writing.record import SectionRecord


def compare(old: Path, new: Path) -> ReportDiff:
    """What changed between two runs of a project.

    Args:
        old: Run folder of the earlier run: ``<out>/<slug>``, or one of its ``runs/<id>``.
        new: Run folder of the later run.

    Raises:
        ConfigError: One is not a run folder, is of a newer version or half deleted, or they are of
            two projects.
    """
    before, after = read_run(old), read_run(new)
    require_same_project(before, after)
    return compare_runs(before, after)


def compare_runs(old: RunContent, new: RunContent) -> ReportDiff:
    """What changed between two runs that have been read."""
    pairs = _pairs(old, new)
    moved = _moved(old, new, pairs)
    data = DataChanges()
    sections: list[SectionDiff] = []
    for section_id, section in new.sections.items():
        if section_id not in pairs:
            sections.append(_of_one(section, "added"))
            continue
        before = old.sections[pairs[section_id]]
        if diff := _of_both(before, section, (old, new), data, section_id in moved):
            sections.append(diff)
    sections = [one.model_copy(update={"causes": data.settled(one.causes)}) for one in sections]
    known = set(pairs.values())
    sections += [_of_one(one, "removed") for name, one in old.sections.items() if name not in known]
    listed = sum(section.change != "removed" for section in sections)
    return ReportDiff(
        old=old.info,
        new=new.info,
        inputs=input_changes(old.inputs, new.inputs),
        data=data.changes(),
        titles=_titles(old, new, sections),
        chapters=_chapters(old, new, sections),
        sections=tuple(sections),
        unchanged=len(new.sections) - listed,
    )


def _of_one(section: RunSection, change: str) -> SectionDiff:
    """A section that only one of the runs has."""
    is_added = change == "added"
    side = _side(section.record)
    return SectionDiff(
        section_id=section.section_id,
        change="added" if is_added else "removed",
        old_id="" if is_added else section.section_id,
        title=section.title,
        chapter=section.chapter,
        place=section.place,
        old=None if is_added else side,
        new=side if is_added else None,
    )


def _of_both(
    before: RunSection,
    after: RunSection,
    runs: tuple[RunContent, RunContent],
    data: DataChanges,
    is_moved: bool,
) -> SectionDiff | None:
    """A section that both runs have; None when it is as it was."""
    old, new = runs

    def evidence(*records: SectionRecord) -> Sides:
        known = old.evidence(before.section_id), new.evidence(after.section_id)
        sides = comparable((records[0], records[1]), known)
        data.add(after.section_id, sides)
        return sides

    causes: tuple[Cause, ...] = ()
    figures: tuple[FigureChange, ...] = ()
    is_renamed = before.section_id != after.section_id
    if not is_renamed and not _is_same(before.record, after.record):
        causes = causes_of(before.record, after.record, evidence)
        figures = figure_changes(before.record, after.record)
    is_retitled = bool(before.title and after.title) and before.title != after.title
    if is_retitled:
        causes = _with_title(causes, before.title, after.title)
    if not causes and not is_moved:
        return None
    return SectionDiff(
        section_id=after.section_id,
        change="changed" if causes else "moved",
        old_id=before.section_id,
        title=after.title or before.title,
        old_title=before.title if is_retitled else "",
        chapter=after.chapter,
        place=after.place,
        is_moved=is_moved,
        causes=causes,
        figures=figures,
        old=_side(before.record),
        new=_side(after.record),
    )


def _chapters(old: RunContent, new: RunContent, sections: Iterable[SectionDiff]) -> dict[str, str]:
    """Id → title of the chapters of some sections."""
    titles = {**old.headings, **new.headings}
    return {one.chapter: titles[one.chapter] for one in sections if one.chapter in titles}


def _with_title(causes: tuple[Cause, ...], old: str, new: str) -> tuple[Cause, ...]:
    """The causes, with the titles of the section where they said only that titles differ."""
    change = TitleChange(id="", old=old, new=new)
    others = tuple(cause for cause in causes if cause.part != TITLES)
    return (Cause(part=TITLES, words=f"title: {change}"), *others)


def _titles(
    old: RunContent, new: RunContent, sections: Iterable[SectionDiff]
) -> tuple[TitleChange, ...]:
    """Titles of chapters, tasks and sub-tasks that differ, each once."""
    own = [one for one in sections if one.old_title]
    return title_changes(
        {**old.headings, **{part_id(one.section_id): one.old_title for one in own}},
        {**new.headings, **{part_id(one.section_id): one.title for one in own}},
    )


def title_changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[TitleChange, ...]:
    """Titles that differ, of what has one in both runs.

    Args:
        old: Id of a chapter, task or sub-task → title.
        new: The same of the later run.
    """
    return tuple(
        TitleChange(id=name, old=old[name], new=title)
        for name, title in new.items()
        if old.get(name, title) != title
    )


def part_id(section_id: str) -> str:
    """Id of the sub-task, or of what is generated, without its place."""
    return section_id.partition("@")[0]


def _is_same(old: SectionRecord | None, new: SectionRecord | None) -> bool:
    if old is None or new is None:
        return old is new
    seen = [(r.key, r.status, r.headline_text, r.text, r.summary_text) for r in (old, new)]
    return seen[0] == seen[1]


def _side(record: SectionRecord | None) -> Side:
    if record is None:
        return Side(status="missing")
    claims = (
        claim
        for text in record.told
        for claim in reference_claims(record.section_id, text, record.by_id)
    )
    return Side(
        status=record.status,
        headline=record.headline_text,
        text=record.text,
        summary=record.summary_text,
        reason=record.reason,
        checks=dict(sorted(Counter(claim.verdict for claim in claims).items())),
        marks=record.marks,
        cost_usd=record.calls.cost_usd,
    )


def _pairs(old: RunContent, new: RunContent) -> dict[str, str]:
    """New id → old id of the sections that both runs have.

    A section is the one with the same id, unless another has its title and text now: a row that is
    put in before others, and moves their ids, does not make all of them new.
    """
    stays = {
        name
        for name in new.sections
        if name in old.sections and _says_the_same(old.sections[name], new.sections[name])
    }
    gone = _by_text(one for name, one in old.sections.items() if name not in stays)
    come = _by_text(one for name, one in new.sections.items() if name not in stays)
    pairs = {
        new_id: old_id
        for said, new_ids in come.items()
        for old_id, new_id in zip(gone.get(said, ()), new_ids, strict=False)
    }
    taken = set(pairs.values())
    kept = {name: name for name in new.sections if name in old.sections and name not in taken}
    return {name: name for name in stays} | kept | pairs


def _says_the_same(old: RunSection, new: RunSection) -> bool:
    """Whether two sections with one id are certainly one: its title or its text is the same."""
    texts = [one.record.text if one.record else "" for one in (old, new)]
    return old.title == new.title or texts[0] == texts[1]


def _by_text(sections: Iterable[RunSection]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for one in sections:
        if one.record is not None and one.record.text:
            found.setdefault((one.place, one.title, one.record.text), []).append(one.section_id)
    return found


def _moved(old: RunContent, new: RunContent, pairs: dict[str, str]) -> set[str]:
    """Ids, in the new run, of sections with another id, another chapter, or another place in it."""
    after = [name for name in new.sections if name in pairs]
    new_ids = {old_id: name for name, old_id in pairs.items()}
    before = [new_ids[name] for name in old.sections if name in new_ids]
    moved = {name for name in after if _is_elsewhere(old.sections[pairs[name]], new.sections[name])}
    if before == after:
        return moved
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    kept = {after[b + n] for _, b, size in matcher.get_matching_blocks() for n in range(size)}
    return moved | (set(after) - kept)


def _is_elsewhere(old: RunSection, new: RunSection) -> bool:
    has_other_chapter = old.chapter != new.chapter and bool(old.chapter and new.chapter)
    return old.section_id != new.section_id or has_other_chapter
