"""Names of columns that publishers share, in small letters.

Sources: the cross-domain concepts of SDMX (Content-Oriented Guidelines, annex 1), and the columns
of files of Eurostat, the OECD and the European Central Bank.
"""

from __future__ import annotations

PLACES = ("geo", "ref_area", "location", "country", "reporter", "area", "region", "geography")
PERIODS = ("time_period", "time", "year", "period", "date", "tid", "month", "quarter")
MEASURES = (
    *("measure", "indicator", "indic", "subject", "variable", "na_item", "contentscode"),
    *("nrg_bal", "wst_oper", "bop_item", "itm_newa", "strucpro", "tra_oper", "tra_meas"),
    *("indic_na", "indic_nrg", "indic_bt", "indic_sb", "indic_sbs", "indic_de", "indic_env"),
    *("indic_is", "indic_ed", "indic_he", "indic_il", "indic_wb", "indic_ur", "indic_to"),
)
"""Dimensions whose members are different things to measure: waste generated and waste treated,
production and imports. Their figures are never added."""
UNITS = ("unit_measure", "unit", "units")
STATUSES = ("obs_status", "obs_flag")
CONFIDENTIALITY = "conf_status"
MULTIPLIER = "unit_mult"
FREQUENCIES = ("freq", "frequency")

ATTRIBUTES = frozenset(
    ("key", "series_key", "dataflow", "structure", "structure_id", "structure_name", "action")
    + ("last update", "updated")
    + ("decimals", "unit_index_base", "title", "title_compl", "time_format", "collection")
    + ("compilation", "coverage", "comment_obs", "comment_ts", "comment", "availability")
    + ("embargo_time", "source_agency", "source_pub", "dom_ser_ids", "pre_break_value")
    + ("publ_ecb", "publ_mu", "publ_public", "breaks_in_series", "unit_label")
    + ("obs_conf", "obs_pre_break", "obs_com", "breaks", "reporting_year_start_day", "powercode")
    + ("reference_period", "base_per", "last_update", "data_comp", "currency_decimals")
)  # fmt: skip
"""Columns that describe a figure or its file, and never tell two figures apart."""

NO_BREAKDOWNS = frozenset(
    ("freq", "frequency", "s_adj", "adjustment", "seasonal_adjust", "price_base", "prices")
    + ("valuation", "transformation", "methodology", "methodology_type", "base_per")
    + ("accounting_entry", "stk_flow", "version", "subannual")
    + ("idbank", "currency", "currency_denom", "structure_id", "dataflow", "model", "scenario")
    + ("unit_mult",)
)  # fmt: skip
"""Dimensions whose members are versions of one figure, never parts of a total."""


def id_of(heading: str) -> str:
    """The id in a heading: ``GEO`` of ``GEO: Area``, ``STRUCTURE`` of ``STRUCTURE[;]``."""
    text = heading.partition(":")[0].strip()
    return text.partition("[")[0] if text.startswith("STRUCTURE[") else text


def first_of(names: tuple[str, ...], by_id: dict[str, str]) -> str:
    """The heading with the first of some ids; empty if there is none."""
    return next((by_id[name] for name in names if name in by_id), "")
