"""Vocabulary: word lists from which names are fitted into English sentences."""

from __future__ import annotations

_COMMON_WORDS = """
a agriculture air all aluminium ammonia and average aviation base batteries battery bio bioenergy
biofuel biofuels biogas biomass biomethane boilers brown buildings bunkers capacity capita capital
carbon category charging chemicals clean coal coke combustible combustion commercial commodity
concentrating consumed consumption cooking cooling corrected cost costs crude cycle day demand
derived diesel direct discharge discharging distillate distribution district domestic electric
electricity emission emissions end energetic energy equivalent exchange export exports factor
feedstock ferrous fertilisers fertilizers final fishing flow flows food for forestry fossil fuel
fuels fugitive gas gaseous gases gasoline generated generation generator geothermal green
greenhouse grid gross hard head heat heating heavy high household households hybrid hydro hydrogen
hydropower import imports in indirect industrial industry inhabitant inland installed intensity
international investment iron jet kerosene land level light lignite liquid liquids load long loss
losses low maintenance manufactured manufacturing marine maritime market metal metals methane
methanol mineral minerals mining mix mixed municipal naphtha natural navigation net new non
non-combustible non-energetic non-energy non-ferrous non-fossil non-renewable non-specified nuclear
number ocean of offshore oil on onshore open operating other output own paper peak peat per person
petrol petroleum photovoltaic photovoltaics pipeline plant plants population power price prices
primary private process processes processing produced product production products public pulp pump
pumped pumping rail ramp rate ratio recovered refined refineries refinery removal removals
renewable renewables required reserve residential residual retail river road run-of-river sales
sector sectors self services shale share shares shipping short single solar solid solids sources
space specific specified stations steam steel stock stocks storage supplied supply system tar tax
temperature tertiary textiles the thermal tidal to total trade transformation transmission
transport transportation turbine turbines use used utilisation utilization value vehicles volume
waste water wave wholesale wind with wood
"""
COMMON = frozenset(_COMMON_WORDS.split())
"""Words that are surely common nouns or adjectives: written small inside a sentence. A name with
any other word in it stays as the data writes it."""

WRITTEN = {
    "co2": "CO2", "ch4": "CH4", "n2o": "N2O", "ghg": "GHG", "pv": "PV", "ccus": "CCUS",
    "ccs": "CCS", "lng": "LNG", "lpg": "LPG",
}  # fmt: skip
"""Acronyms that data write small."""

COMPLETED = {
    "fossil": "fossil sources",
    "other fossil": "other fossil sources",
    "renewable": "renewable sources",
    "other renewable": "other renewable sources",
    "low carbon": "low-carbon sources",
    "low-carbon": "low-carbon sources",
    "thermal": "thermal sources",
    "non-renewable": "non-renewable sources",
    "other": "other categories",
    "residential": "the residential sector",
    "commercial": "the commercial sector",
    "international": "the international category",
    "domestic": "the domestic category",
}
"""Adjectives that data use as names, completed so that a sentence can hold them."""

_SECTOR_WORDS = """
agriculture aviation buildings bunkers commercial energy fishing forestry households industry
lulucf manufacturing mining residential services shipping transport transportation waste
"""
SECTORS = frozenset(_SECTOR_WORDS.split())
"""Subjects in which something is used, where fuels are what is used."""

FROM_HEADS = frozenset(
    ("emissions", "generation", "output", "power", "production", "removals", "supply")
)
"""Heads of metrics that come "from" a subject."""

OF_HEADS = frozenset(
    (
        "capacity", "consumption", "demand", "export", "exports", "import", "imports",
        "sales", "stock", "stocks", "storage", "use",
    )
)  # fmt: skip
"""Heads of metrics that are "of" a fuel and "in" a sector."""

ABSTRACT = frozenset(
    (
        "cost", "costs", "index", "intensity", "price", "prices", "rate", "ratio",
        "share",
    )
)  # fmt: skip
"""Words that make a metric one "for" a subject."""

COUNTABLE = frozenset(
    (
        "capacity", "cost", "factor", "index", "intensity", "level", "load", "number",
        "price", "rate", "ratio", "share", "value",
    )
)  # fmt: skip
"""Heads of metrics that take an article."""

PLURAL_PLACES = frozenset(
    (
        "bahamas", "balkans", "baltics", "comoros", "maldives", "netherlands", "nordics",
        "philippines", "seychelles", "united arab emirates", "united states",
        "united states of america",
    )
)  # fmt: skip
"""Places that take "the" and a bare apostrophe."""

THE_PLACES = PLURAL_PLACES | {
    "congo", "democratic republic of the congo", "eea", "eu", "euro area", "european union",
    "eurozone", "g20", "g7", "gambia", "holy see", "isle of man", "ivory coast", "middle east",
    "oecd", "uae", "uk", "united kingdom", "us", "usa", "vatican city",
}  # fmt: skip
"""Places that take "the"."""
