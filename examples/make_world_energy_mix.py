"""Write the prompt sheet of the example ``world-energy-mix`` anew, or cut its figures again.

``python examples/make_world_energy_mix.py`` writes the sheet. With two files it cuts the tables
out of them as well: ``global_energy_mix.json`` of the package codecarbon and ``emissions.csv.gz``
of the package bokeh_sampledata.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from make_europe_electricity import Rows, write_prompt_sheet

PROJECT = Path(__file__).parent / "world-energy-mix"
PROMPT_SHEET = PROJECT / "prompt_sheet.xlsx"

COUNTRIES = ("USA", "CAN", "BRA", "DEU", "FRA", "GBR", "CHN", "IND", "JPN", "ZAF", "EGY", "KEN")
"""Three of each of four continents: America, Europe, Asia, Africa."""

SOURCES = {
    "coal_TWh": "Coal",
    "gas_TWh": "Gas",
    "oil_TWh": "Oil",
    "nuclear_TWh": "Nuclear",
    "hydroelectricity_TWh": "Hydro",
    "wind_TWh": "Wind",
    "solar_TWh": "Solar",
    "biofuel_TWh": "Bioenergy",
    "other_renewable_exc_biofuel_TWh": "Other renewables",
}
GENERATION = "Electricity generation"
INTENSITY = "Carbon intensity"
PER_HEAD = "Electricity generation per head"
EMISSIONS = "CO2 emissions per head"
YEARS = (1990, 1995, 2000, 2005, 2010)

REGION = "Sample group"
RENEWABLES = "Hydro, Wind, Solar, Bioenergy, Other renewables"
FOSSIL = "Coal, Gas, Oil"
NO_OTHER_FIGURES = "Use no figure that is not in the evidence."
OFFICIAL = f"Prefer official statistics and quote the year of publication. {NO_OTHER_FIGURES}"

# fmt: off
NOTES: Rows = [
    ["Notes", "Sheets whose name contains _ are notes like this one: they are never read."],
    ["Input, Image, Data Source",
     "Name a table of project.toml: electricity or emissions ([data.tables.NAME])."],
    ["Geographic Level",
     f"country: a section for each country of [countries]; {REGION}: one for all of them."],
    ["property_list, category_list",
     "What stands in the columns that project.toml declares to be PROPERTY and SECTOR."],
    ["More", "Sheet How_to of the example europe-electricity explains every sheet."],
]

READ_ME: Rows = [
    ["Project Name", "Context"],
    ["Electricity around the world",
     "A comparison of how electricity is generated in twelve countries of four continents "
     "(America, Europe, Asia and Africa) in 2023, and of their CO2 emissions per head from 1990 "
     "to 2010. The twelve are a sample and stand for no continent. Generation and carbon "
     "intensity are those of Our World in Data. The sources and licences stand in the README of "
     "this example."],
]

AIMS: Rows = [
    ["ID", "Title", "Description"],
    ["A", "Show what electricity is made from", "Give each country's mix, so that it compares."],
    ["B", "Show what it means for the climate", "Give carbon intensity and emissions per head."],
]

OBJECTIVES: Rows = [
    ["ID", "Aim ID", "Title", "Description"],
    ["1", "A", "The electricity mix", "How much is generated, and from which sources."],
    ["2", "B", "Fossil fuels and carbon",
     "What coal, gas and oil generate, and how much CO2 a kilowatt-hour causes."],
    ["3", "B", "Per head", "Electricity and CO2 emissions for each inhabitant."],
]

TASKS: Rows = [
    ["ID", "Objective ID", "Title", "Description"],
    ["1.1", "1", GENERATION, "Total generation and its sources."],
    ["1.2", "1", "Renewable sources", "Hydropower, wind, solar and others one by one."],
    ["2.1", "2", "Fossil generation", "Generation from coal, gas and oil."],
    ["2.2", "2", INTENSITY, "Grams of CO2 for each kilowatt-hour."],
    ["3.1", "3", "Electricity per head", "Generation divided by population."],
    ["3.2", "3", "CO2 per head", "Emissions divided by population, 1990 to 2010."],
]

SUB_TASKS: Rows = [
    ["ID", "Task_section_id", "Task Header", "Title", "Description", "Input", "Geographic Level"],
    ["1.1.1", "1.1", GENERATION, "Electricity generation by source",
     "Say how much electricity the country generated. Name the largest sources with their shares "
     "and the country's share of the sample.", "electricity", "country"],
    ["1.1.2", "1.1", GENERATION, "Electricity generation of the twelve countries",
     "Say how much the twelve countries generated together, from which sources, and which of them "
     "generate most.", "electricity", REGION],
    ["1.2.1", "1.2", "Renewable sources", "Renewable electricity by source",
     "Say how much came from renewable sources and which of them gave most.",
     "electricity", "country"],
    ["1.2.2", "1.2", "Renewable sources", "Renewable electricity of the twelve countries",
     "Say how much came from renewable sources in all, and where most of it is generated.",
     "electricity", REGION],
    ["2.1.1", "2.1", "Fossil generation", "Electricity from coal, gas and oil",
     "Say how much came from fossil fuels, which fuel gave most of it, and what share they have.",
     "electricity", "country"],
    ["2.1.2", "2.1", "Fossil generation", "Fossil electricity of the twelve countries",
     "Say how much came from each fossil fuel, and which countries generate most of it.",
     "electricity", REGION],
    ["2.2.1", "2.2", INTENSITY, "Carbon intensity of electricity",
     "Say how much CO2 a kilowatt-hour causes. Mention the rank in the top or bottom five only.",
     "electricity", "country"],
    ["3.1.1", "3.1", "Electricity per head", "Electricity generated per head",
     "Say how much electricity is generated per head.", "electricity", "country"],
    ["3.2.1", "3.2", "CO2 per head", "CO2 emissions per head from 1990 to 2010",
     "Say what emissions per head were in 2010, and how they have changed since 1990.",
     "emissions", "country"],
]

TEXT_GUIDELINES: Rows = [
    ["ID", "Description", "Standard", "Advanced", "Research Topics", "Research Notes"],
    ["1.1.1", "Level and mix", "Write 80-120 words in two paragraphs. Begin with the total.",
     "Write 150-220 words in three paragraphs. Add the rank among the twelve.",
     "electricity statistics; generation mix", OFFICIAL],
    ["1.1.2", "Level and mix of all", "Write 90-130 words in two paragraphs. Begin with the total.",
     "Write 160-240 words in three paragraphs.", "world electricity statistics", OFFICIAL],
    ["1.2.1", "Renewables", "Write 60-100 words in one paragraph. Give TWh and shares in %.",
     "Write 120-180 words in two paragraphs.", "hydropower; wind power; solar power", OFFICIAL],
    ["1.2.2", "Renewables of all", "Write 70-110 words in one paragraph.",
     "Write 120-180 words in two paragraphs.", "renewable capacity", OFFICIAL],
    ["2.1.1", "What still burns", "Write 60-100 words in one paragraph. Say first how much.",
     "Write 120-180 words in two paragraphs.", "coal phase-out; gas supply", OFFICIAL],
    ["2.1.2", "What still burns in all", "Write 70-110 words in one paragraph.",
     "Write 120-180 words in two paragraphs.", "coal phase-out", OFFICIAL],
    ["2.2.1", "One ratio", "Write at most 60 words in one paragraph.",
     "Write at most 120 words in one paragraph.", "emission factors", NO_OTHER_FIGURES],
    ["3.1.1", "One ratio", "Write at most 60 words in one paragraph.",
     "Write at most 120 words in one paragraph.", "electrification", NO_OTHER_FIGURES],
    ["3.2.1", "Twenty years", "Write 40-80 words in one paragraph. State both years.",
     "Write 80-140 words in two paragraphs.", "emission inventories", NO_OTHER_FIGURES],
]

DEFAULT_CHARTS: Rows = [
    ["sub_task_id", "Description", "Image", "property_list", "category_list", "Period_type",
     "sub_task_header"],
    ["1.1.1", "Generation by source", "electricity", GENERATION, "-", "Year",
     "Electricity generation by source"],
    ["1.1.2", "Generation of the twelve by source", "electricity", GENERATION, "-", "Year",
     "Electricity generation of the twelve countries"],
    ["1.2.1", "Renewable generation", "electricity", GENERATION, RENEWABLES, "Year",
     "Renewable electricity by source"],
    ["1.2.2", "Renewable generation of the twelve", "electricity", GENERATION, RENEWABLES, "Year",
     "Renewable electricity of the twelve countries"],
    ["2.1.1", "Fossil generation", "electricity", GENERATION, FOSSIL, "Year",
     "Electricity from coal, gas and oil"],
    ["2.1.2", "Fossil generation of the twelve", "electricity", GENERATION, FOSSIL, "Year",
     "Fossil electricity of the twelve countries"],
    ["2.2.1", "CO2 per kilowatt-hour", "electricity", INTENSITY, "-", "Year",
     "Carbon intensity of electricity"],
    ["3.1.1", "Generation per head", "electricity", PER_HEAD, "-", "Year",
     "Electricity generated per head"],
    ["3.2.1", "CO2 emissions per head", "emissions", EMISSIONS, "-", "Year",
     "CO2 emissions per head from 1990 to 2010"],
]

EXTERNAL_SEARCH: Rows = [
    ["ID", "Unique_ID", "Title", "Description", "Prompt", "Data Source", "Level",
     "additional information", "property_list", "category_list", "Period_type"],
    ["1.1.1", "ES001", "Latest energy plan", "Background, only with a model that can search.",
     "Find the country's latest official plan for electricity and summarise it in three "
     "sentences with its source.", "Internet Search", "country", "Official publications only.",
     "", "", ""],
]

CROSS_REFERENCE: Rows = [
    ["ID", "Copy"],
    ["2.1.1", "1.1.1"],
    ["2.2.1", "Say the level in the first words, then where it stands among the twelve."],
]

ALL_CATEGORIES: Rows = [
    ["category_name", "group", "Description"],
    ["Hydro", "Renewables", "Hydropower."],
    ["Wind", "Renewables", "Onshore and offshore wind."],
    ["Solar", "Renewables", "Photovoltaics and solar thermal power."],
    ["Bioenergy", "Renewables", "Electricity from biomass and biogas."],
    ["Other renewables", "Renewables", "Geothermal and marine energy."],
    ["Nuclear", "Nuclear", "Nuclear fission."],
    ["Coal", "Fossil", "Hard coal and lignite."],
    ["Gas", "Fossil", "Natural gas."],
    ["Oil", "Fossil", "Oil and its products."],
]

# fmt: on

SHEETS: dict[str, Rows] = {
    "Read me": READ_ME,
    "Aims": AIMS,
    "Objectives": OBJECTIVES,
    "Tasks": TASKS,
    "Sub Tasks": SUB_TASKS,
    "Text Guidelines": TEXT_GUIDELINES,
    "Default Charts": DEFAULT_CHARTS,
    "External Search": EXTERNAL_SEARCH,
    "Cross Reference": CROSS_REFERENCE,
    "All Categories": ALL_CATEGORIES,
    "How_to": NOTES,
}
TABLES = ["electricity", "emissions"]
CHOICES = {
    "Input": [*TABLES, "Text only"],
    "Geographic Level": ["country", REGION],
    "Level": ["country", REGION],
    "Image": TABLES,
    "Data Source": [*TABLES, "Internet Search", "LLM Call"],
    "Period_type": ["Year"],
}


def cut_figures(energy_mix: Path, emissions: Path, folder: Path) -> None:
    """Write the two tables of the example from the files of the two packages.

    Args:
        energy_mix: ``global_energy_mix.json``: a record for each ISO alpha-3 code.
        emissions: ``emissions.csv.gz``: country, year, tonnes of CO2 per head.
        folder: Where the tables are written.
    """
    published = json.loads(energy_mix.read_text(encoding="utf-8"))
    mixes = [published[code] for code in COUNTRIES]
    electricity: list[list[str]] = []
    for mix in mixes:
        key = [mix["country_name"], mix["year"]]
        electricity += [
            [*key, GENERATION, source, mix[name], "TWh"] for name, source in SOURCES.items()
        ]
        electricity += [
            [*key, INTENSITY, "Electricity", mix["carbon_intensity"], "g CO2/kWh"],
            # The file calls the column per_capita_Wh; its figures are kWh.
            [*key, PER_HEAD, "Total", mix["per_capita_Wh"], "kWh/head"],
        ]
    heading = ["country_name", "year", "indicator", "source", "figure", "unit"]
    _write(folder / "electricity.csv", heading, electricity)

    with gzip.open(emissions, "rt", encoding="utf-8", newline="") as file:
        tonnes = {
            (row["country"], int(float(row["year"]))): row["emissions"]
            for row in csv.DictReader(file)
        }
    names = [mix["country_name"] for mix in mixes]
    wide = ([name, EMISSIONS, "Total", *(tonnes[name, year] for year in YEARS)] for name in names)
    _write(folder / "emissions.csv", ["country", "indicator", "scope", *map(str, YEARS)], wide)


def _write(path: Path, heading: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


if __name__ == "__main__":
    write_prompt_sheet(PROMPT_SHEET, SHEETS, CHOICES)
    if len(sys.argv) > 1:
        cut_figures(Path(sys.argv[1]), Path(sys.argv[2]), PROJECT)
