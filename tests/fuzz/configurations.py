"""Configurations: what ``project.toml`` may say about data, places, region and groups."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.fuzz.results import FOLDER, MODELS
from tests.fuzz.tables import ODD_PLACES
from tests.fuzz.values import rarely, texts


def _mostly(right: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return rarely.flatmap(lambda is_odd: odd if is_odd else right)


_places = _mostly(
    st.sampled_from(("Austria", "France", "Germany", "UK")),
    st.one_of(st.sampled_from(ODD_PLACES), texts),
)
_years = st.sampled_from((2015, 2019, 2020, 2021, 2022, 1800, 2200))
_spans = {"base_year": st.sampled_from((2015, 2019)), "target_year": st.sampled_from((2020, 2021))}
_groups = _mostly(
    st.sampled_from(("EU27", "EU", "all", " All", "OECD", "Austria, FR")),
    st.one_of(st.sampled_from(("", "EUR27", "world", "-")), texts),
)
_odd_values = st.one_of(
    texts, st.integers(-1, 3000), st.booleans(), st.floats(), st.just([]), st.just({})
)


@st.composite
def of_results(draw: st.DrawFn) -> dict[str, Any]:
    """The keys of ``[data]`` that say how PLEXOS-like results are read."""
    right = {
        "plexos_model": _mostly(st.sampled_from((*MODELS, "base ")), texts),
        "plexos_year": _mostly(_years, st.sampled_from((1799, 2201))),
        "node_patterns": st.dictionaries(
            _mostly(st.sampled_from(("*_AT*", "*_fr*", "99_*", "?*", "[a")), texts),
            _mostly(st.sampled_from(("AT", "France", "EU")), _places),
            max_size=3,
        ),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(right)), max_size=2).map(sorted))
    return {"plexos": FOLDER, **{key: draw(right[key]) for key in chosen}}


@st.composite
def configurations(draw: st.DrawFn, data: dict[str, Any]) -> dict[str, Any]:
    """A configuration of these data, with places, countries, groups and region of any kind."""
    data = {**data, "bad_cells": draw(st.sampled_from(("error", "gap")))}
    for key in draw(st.sets(st.sampled_from(sorted(_spans))).map(sorted)):
        data[key] = draw(_mostly(_spans[key], _years))
    config: dict[str, Any] = {"data": data, "conclude_report": draw(st.booleans())}
    parts = {"region": _regions, "places": _corrections, "countries": _countries, "groups": _named}
    for key in draw(st.sets(st.sampled_from(sorted(parts))).map(sorted)):
        config[key] = draw(parts[key])
    if draw(rarely):
        part = draw(st.sampled_from([config, data, config.setdefault("region", {})]))
        part[draw(st.sampled_from((*_KEYS, *sorted(part))))] = draw(_odd_values)
    return config


_KEYS = ("name", "members", "plexos_yaer", "sub_task_list", "objective_list", "limits", "test_mode")
_names = _mostly(
    st.sampled_from(("Wind", "wind", "Solar", "Renewables", "Wind, Solar")),
    st.sampled_from(("-", "", "Coal")),
)
_corrections = st.fixed_dictionaries(
    {},
    optional={
        "drop": st.lists(_places, max_size=2),
        "rename": st.dictionaries(_places, _places, max_size=2),
    },
)
_countries = st.dictionaries(
    _mostly(st.sampled_from(("AT", "FR", "DE", "UK")), _places),
    _mostly(st.sampled_from(("Austria", "France", "Our country", "Land", "Österreich")), texts),
    max_size=2,
)
_named = st.dictionaries(
    _mostly(st.sampled_from(("Renewables", "Low carbon", "Wind")), texts),
    st.one_of(_names, st.lists(_mostly(_names, texts), max_size=3)),
    max_size=2,
)
_regions = st.fixed_dictionaries(
    {},
    optional={
        "name": _mostly(st.just("EU"), st.one_of(st.sampled_from(("AT", "Austria")), texts)),
        "members": st.one_of(_groups, st.lists(st.one_of(_places, _groups), max_size=3)),
        "row": _places,
    },
)
