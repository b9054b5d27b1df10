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

_WORDS_OF_STATISTICS = """
access accidents accounts active activity adult adults age aged ages amount annual area areas
arrivals assets at average balance balances basic beds below between births borrowing both
broadband budget budgets bus buses business businesses by cancer car cars cattle causes cereals
changes child childcare children chronic cities city clothing coefficient compared completed
comprehensive construction consumer consumers contribution contributions corporate countries country
court credit crime crimes crop crops crude cultural current customer customers daily dairy death
deaths debt deficit dental dependency diseases disposable divorces doctor doctors domestic drinking
dwelling dwellings early earners earnings economic education employed employees employers enrolled
enterprise enterprises entrants equipment ethnic exchange expectancy expenditure expenses families
family farm farms female females fertility fever fields finance financial fine firms first fiscal
fish flats flights floor flow foreign forest forests formal freight fruit full full-time garments
gender general girls goods government governmental graduates gross group groups growing growth half
health healthcare healthy hectares height higher homeless homes homicide homicides hospital
hospitals hotel hotels hour hourly hours house household housing human illness immigrants incidence
income incomes index indices infant infants inflation informal inpatient insurance interest internet
jobs judges juvenile kindergarten labor labour lending length less life live livestock living loan
loans local long-term lower maize male males marital marriage marriages maternal maximum mean meat
median medical medicine members men mid-year migrant migrants migration milk minimum minor minors
mobile monetary money monthly more mortality mortgage most mother mothers motor natality national
nationals neonatal nights nominal nurse nurseries nurses occupied office offices old older orders
over overall overcrowded overnight parents part part-time passenger passengers patients pay payments
pension pensioners pensions performance phone phones physical physicians pigs places police poor
post postal potatoes poverty premature primary-school prison prisoners private-sector producer
producers profit profits programme property pupil pupils purchasing quality quarterly rail railway
railways rainfall range rate rates real receipts regional relative rent rental rents research
resident residents resources rice rural salaries salary savings school schooling schools score
scores sea seasonally second secondary sector selected self-employed separate sex sheep short-term
sickness size skilled sleeping small smokers snow social soil speed staff standard state states
strikes student students suicide suicides surface surplus taxes teacher teachers temporary term
tertiary-educated third time tonnes top tourism tourist tourists towns traded traffic trains trees
trips trucks tuberculosis turnover type types under unemployed unemployment unit units university
urban users vacancies vacant vaccine vegetables vehicle visitors visits vocational volumes wage
wages ward weekly weight wellbeing wheat woman women work worked worker workers working world year
yearly years yield yields young younger youth
abstraction acceptance accommodation additional adequacy adjusted administrative adolescent
agricultural aid airports alcohol amount anaemia apparent aquaculture area areas arms article
articles assets asylum attainment automated background bankruptcies basins bed beehives beer
behaviour benefits binding bird birds births bond bonds books borrowers bound bovine branches bread
breeding bribery broad broadband building burden burglaries bus business calorie cancer carcass
cargo cases cash catch catches causes central cereal charge charges cheese cholesterol cinema
circular citizens claims clothing coast coastal coffee collected commercial commuters commuting
companies compulsory computer container containers contracts contributing copper cotton courses
court courts coverage cows crew cruise currency customs dairy data deaths deliveries departures
deposit deposits depth desired deviation diabetes diet digital disability disabled disaster
discrepancy diseases dissolved distance doctors documents doses download droughts ease eggs elderly
elections emigrants emigration enrolment enrolments ethnic excess exchange expected expense expenses
exposure external facilities fare fares federal fee feed fees fertilizer field finance fire fires
first-time fixed fleet flight flights flood floods foreigners forests free freight freshwater frost
furniture gender girls gold grade grades grain grant grants grazing groundwater handled harvest
harvested hazardous headline heads herd hired holiday holidays homeless homes horses hotel hotels
hourly humidity ice ideal immigrants immigration implied improved incoming individuals infant
infants inhabitants innovative input inputs insolvencies interest internal inventories irradiance
irrigated irrigation job jobs journey journeys judicial laboratory labourers lakes lead leading
leaving length letters libraries library licences license lifelong lifetime listed livestock loan
logistics lone low-income luggage lung machinery magnitude mail mammal manual mapped maternity
maximal meals meat medical merchandise military milk mobile modelled monthly mortgage mortgages
moving multilateral museums needs nights nitrate nitrogen nitrous noise nominal not nurses obesity
occupancy occupations ocean odds offences office offices official olive ores organic out-of-pocket
outgoing output outputs overcrowding overnight overseas own ownership ozone packaging paid paper
parcel parents parking particulate partner partners party patent patents patients payback payments
peak pensioners pensions perceived permanent permits personal persons pesticide pesticides phone
physicians pieces pigs plant plants plastic portfolio ports postal poultry precious pregnant
premises presence present press prevalence primary principal prison prisoners prisons privately
proceedings processing procurement producer producers product products professional profit profits
programmes protected protein publicly pupils purchases purchasing quarterly quasi racial railway
railways rain rainfall
raw recorded recovered recycled recycling refugee refugees refused registered regular rejected
remote rent rental rents repairs reported research researchers reserves residents resource resources
response return returns revenue rice river rivers road roads robberies room rooms round-trip
roundwood salaried salaries sales scholarly schools science scientific score scores screen sea
seasonal seats secured seeds self-reported severe sewage sewerage shareholders sheep ship shipments
ships shops sick skilled smokers smoking snow social-security soil source spaces species specific
speed sports spot staff standard standardised start-up state steam stillbirths stocking storage
store stores streamflow students subsidies sugar suicide suicides sunshine supplies surface survey
survival suspended tariff taxi taxis teachers technical technicians teenage telephone temporary
terms terrestrial textile textiles theft thefts theoretical ticket tickets tillage timber timely
tobacco toll tons tourism tourist tourists track tractors trademark trademarks traffic train trained
trains transactions transfer transfers transit travel travellers trees trend trends trip trips truck
trucks trust turnover undisbursed units unmet upload urgent usual utilised vacancies vacant
vaccinated vaccine vaccines value values vehicle vehicles vessel vessels victims video visitor
visitors visits vocational volunteers voter voters wages waiting wanted wastewater weddings weekend
weeks well-being wetlands wholesale wine wooden
"""
COMMON = frozenset((*_COMMON_WORDS.split(), *_WORDS_OF_STATISTICS.split()))
"""Words that are surely common nouns or adjectives, of energy and of official statistics: written
small inside a sentence. A name with another capital in it stays as the data writes it."""

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
lulucf manufacturing mining residential sector services shipping transport transportation waste
"""
SECTORS = frozenset(_SECTOR_WORDS.split())
"""Subjects in which something is used, where fuels are what is used."""

FROM_HEADS = frozenset(
    (
        "deaths", "emissions", "fatalities", "generation", "mortality", "output", "power",
        "production", "removals", "supply",
    )
)  # fmt: skip
"""Heads of metrics that come "from" a subject."""

EMITTED = frozenset(
    (
        "deaths", "emissions", "employees", "fatalities", "jobs", "pupils", "removals",
        "students", "vacancies", "workers",
    )
)  # fmt: skip
"""Heads that a subject gives off, takes up or holds, so that it is not named without: energy
emits, it does not fall, and no more does a cause of death."""

OF_HEADS = frozenset(
    (
        "capacity", "consumption", "demand", "export", "exports", "import", "imports",
        "sales", "stock", "stocks", "storage", "use",
    )
)  # fmt: skip
"""Heads of metrics that are "of" a fuel and "in" a sector."""

IN_WORDS = frozenset(
    (
        "accidents", "apprentices", "earnings", "employed", "employees", "employment",
        "enterprises", "injuries", "jobs", "pupils", "salaries", "students", "unemployed",
        "unemployment", "vacancies", "wages", "workers",
    )
)  # fmt: skip
"""Words of metrics that are "in" an industry or a school, and "among" people."""

PEOPLE = frozenset(
    (
        "adults", "boys", "children", "female", "females", "girls", "graduates", "male", "males",
        "men", "migrants", "persons", "pupils", "residents", "students", "women", "youth",
    )
)  # fmt: skip
"""Subjects that are people."""

FROM_A_CAUSE = frozenset(("deaths", "fatalities", "mortality"))
"""Heads of metrics that come "from" a cause and are "among" people."""

ABSTRACT = frozenset(
    (
        "cost", "costs", "index", "intensity", "price", "prices", "rate", "ratio",
        "share",
    )
)  # fmt: skip
"""Words that make a metric one "for" a subject."""

COUNTABLE = frozenset(
    (
        "age", "amount", "area", "average", "balance", "budget", "capacity", "coefficient",
        "concentration", "cost", "deficit", "density", "distance", "factor", "fee",
        "gap", "height", "income", "index", "intensity", "length", "level", "load", "margin",
        "mean", "median", "number", "pension", "percentage", "population", "premium", "price",
        "probability", "proportion", "rate", "ratio", "rent", "salary", "score", "share", "size",
        "speed", "sum", "surplus", "tariff", "temperature", "threshold", "value", "wage", "width",
        "yield",
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
