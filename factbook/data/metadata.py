"""What is known of figures before they are read, by the project and by the published tables."""

from __future__ import annotations

from dataclasses import dataclass

from factbook.data.categories.categories import CategoryRules
from factbook.data.categories.code_lists import CodeLists
from factbook.data.places.places import PlaceNames
from factbook.data.statuses.flags import Flags
from factbook.measures.measures import Measures


@dataclass(frozen=True, slots=True)
class Metadata:
    """What tables are read with.

    Attributes:
        names: The reader of places' names.
        measures: What may be done to figures.
        code_lists: Labels of the codes in columns.
        rules: What the project says of its categories.
        flags: What flags beside figures mean.
        bad_as_gaps: Whether cells that are not numbers are gaps instead of errors.
    """

    names: PlaceNames
    measures: Measures
    code_lists: CodeLists
    rules: CategoryRules
    flags: Flags
    bad_as_gaps: bool = False
