"""Evidence of a project with several regions: each section's is that of its own region."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import DataSet
from factbook.data.series import Place
from factbook.errors import Finding
from factbook.evidence.build import EvidenceBuilder, Found
from factbook.evidence.derive import Deriver
from factbook.evidence.facts import Evidence
from factbook.evidence.questions import Question
from factbook.findings.find import Finder
from factbook.findings.request import briefs_of
from factbook.sheet.levels import region_of_level
from factbook.sheet.models import PromptSheet, SubTask


class BuilderOfRegions(EvidenceBuilder):
    """Computes evidence; that of another region's section as if it were the report's region.

    Args:
        sheet: The prompt sheet.
        dataset: The data.
        config: The configuration.
    """

    def __init__(self, sheet: PromptSheet, dataset: DataSet, config: ProjectConfig) -> None:
        self._of_others: dict[str, EvidenceBuilder] = {}
        briefs = briefs_of(sheet, config)

        def finder(deriver: Deriver) -> Finder:
            return Finder(deriver, config.findings, lambda sub_task: briefs[sub_task.id])

        super().__init__(sheet, dataset, config, finder)
        for region in dataset.regions[1:]:
            seen = dataset.seen_from(region)
            self._of_others[region.code] = EvidenceBuilder(sheet, seen, config, finder)

    def forget(self) -> None:
        """Forget what sections share; it is made again."""
        super().forget()
        for builder in self._of_others.values():
            builder.forget()

    def coverage_findings(self, sheet: PromptSheet) -> tuple[Finding, ...]:
        """What the tables lack, each once; a region's sub-tasks are looked at as that region's."""
        return tuple(dict.fromkeys(self._coverage(sheet)))

    def build(self, section_id: str, sub_task: SubTask, place: Place) -> Evidence:
        """The evidence of a sub-task's section."""
        other = self._of_others.get(place.code) if place.kind == "region" else None
        if other is None:
            return super().build(section_id, sub_task, place)
        return other.build(section_id, sub_task, place)

    def everything(self, section_id: str, sub_task: SubTask, place: Place) -> Evidence:
        """The evidence of a section with all facts that can be derived, by the same ids."""
        other = self._of_others.get(place.code) if place.kind == "region" else None
        if other is None:
            return super().everything(section_id, sub_task, place)
        return other.everything(section_id, sub_task, place)

    def questions(self, sub_task: SubTask, place: Place) -> dict[str, Question]:
        """Id of a fact → what it is asked for by, of all facts that can be derived."""
        other = self._of_others.get(place.code) if place.kind == "region" else None
        if other is None:
            return super().questions(sub_task, place)
        return other.questions(sub_task, place)

    def found(self, sub_task: SubTask, place: Place) -> Sequence[Found]:
        """What is worth saying in a section, the strongest first."""
        other = self._of_others.get(place.code) if place.kind == "region" else None
        if other is None:
            return super().found(sub_task, place)
        return other.found(sub_task, place)

    def _coverage(self, sheet: PromptSheet) -> Iterator[Finding]:
        levels = {s.id: region_of_level(s.geographic_level, self._config) for s in sheet.sub_tasks}
        of_other = {
            own_id: region.name
            for own_id, region in levels.items()
            if region is not None and region.name in self._of_others
        }
        own = tuple(s for s in sheet.sub_tasks if s.id not in of_other)
        yield from super().coverage_findings(sheet.model_copy(update={"sub_tasks": own}))
        for code, builder in self._of_others.items():
            those = tuple(s for s in sheet.sub_tasks if of_other.get(s.id) == code)
            if those:
                yield from builder.coverage_findings(sheet.model_copy(update={"sub_tasks": those}))
