"""Write the prompt sheet of the example ``europe-electricity`` anew.

The sheet is kept as a workbook, because that is what people edit; this script keeps its rows in a
form that can be reviewed. Run it from anywhere: ``python examples/make_europe_electricity.py``.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

PROMPT_SHEET = Path(__file__).parent / "europe-electricity" / "prompt_sheet.xlsx"

ALL_SOURCES = "-"
FOSSIL = "Gas, Hard Coal, Lignite, Other Fossil"
CREATED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
NO_OTHER_FIGURES = "Use no figure that is not in the evidence."
OFFICIAL = (
    "Prefer official statistics: the national statistical office, the transmission system "
    f"operator, Eurostat. Quote the year of publication. {NO_OTHER_FIGURES}"
)
GENERATION = "Electricity generation"
EMISSIONS = "Non-CO2 emissions"
ROWS_WITH_LISTS = 500

Rows = list[list[str]]

# fmt: off
NOTES: Rows = [
    ["Notes", "Sheets whose name contains _ are notes like this one: they are never read."],
    ["To copy this sheet",
     "Copy the whole folder, put your data in it, name it in project.toml, then change the "
     "rows. 'factbook check FOLDER' lists everything that does not fit."],
    ["Ids",
     "Ids are text: 1.10 and 1.1 differ. The columns of ids are formatted as text; keep it "
     "so, or Excel turns 1.10 into 1.1 and 1.2.3 into a date."],
    ["Read me", "Title of the report and the context that every section is written in."],
    ["Aims", "What the report is for. Each chapter serves one aim."],
    ["Objectives", "A row is a chapter."],
    ["Tasks", "A row is a part of a chapter; its id begins with the chapter's."],
    ["Sub Tasks",
     "A row becomes one section for each place. Geographic Level: country (a section for each "
     "country of project.toml) or the name of the region (one section). Input limits the "
     "evidence to ETM, PLEXOS or a table of project.toml; Text only gives none; blank gives "
     "all."],
    ["Text Guidelines",
     "How long and in what manner. '90-130 words in two paragraphs' is kept. project.toml "
     "picks the column Standard or Advanced."],
    ["Default Charts",
     "The figures of a section: which property and which categories. Lists are "
     "comma-separated; - or a blank cell means all. Image: ETM, plexos_chart, or a table's "
     "name."],
    ["External Search",
     "More figures for a section (Data Source ETM, PLEXOS or a table's name), also of another "
     "level than its own; Internet Search and LLM Call need a model, the offline writer "
     "passes them over."],
    ["Cross Reference",
     "Copy holds the id of a sub-task that is written first, so that this one can follow on "
     "from it; any other text is an example of style."],
    ["All Categories",
     "Each group gives totals and shares. [groups] in project.toml adds groups of groups."],
]

READ_ME: Rows = [
    ["Project Name", "Context"],
    ["Electricity in Europe",
     "An annual review of electricity generation in six European countries and in the "
     "European Union as a whole, for readers who know the energy system but not each country. "
     "It compares 2021 with 2015, the year of the Paris Agreement. Annual national generation is "
     "that of Ember (European Electricity Review 2022). Emissions other than CO2 are those of "
     "Quintel (Energy Transition Model) and exist for 1990 and 2019 only. The figures by node "
     "region are not model results: Ember's figures were spread over the e-Highway nodes of "
     "openENTRANCE by population (European Commission, ARDECO), so they show where people live "
     "rather than where plants stand. Borders are those of geodatasource.com. The licences of all "
     "sources stand in the README of this example."],
]

AIMS: Rows = [
    ["ID", "Title", "Description"],
    ["A", "Show how electricity is generated",
     "Give the mix of each country and how it has changed, so that countries can be compared."],
    ["B", "Show what is left to replace",
     "Give the generation that still burns fossil fuels, and emissions beyond the power sector."],
    ["C", "Prepare the model runs",
     "Give generation at the level of node regions, where the grid model works."],
]

OBJECTIVES: Rows = [
    ["ID", "Aim ID", "Title", "Description"],
    ["1", "A", "The electricity mix",
     "How much electricity is generated, from which sources, and how the mix has moved."],
    ["2", "B", "Fossil fuels and other emissions",
     "What coal, gas and other fossil fuels still generate, and greenhouse gases other than CO2."],
    ["3", "C", "From countries to node regions",
     "The same generation by node region, beside the neighbours and the European Union."],
]

TASKS: Rows = [
    ["ID", "Objective ID", "Title", "Description"],
    ["1.1", "1", GENERATION, "Total generation and its sources."],
    ["1.2", "1", "Low-carbon sources", "Wind, solar, nuclear power and hydropower one by one."],
    ["2.1", "2", "Fossil generation", "Generation from coal, gas and other fossil fuels."],
    ["2.2", "2", "Emissions other than CO2",
     "Methane, nitrous oxide and the like from agriculture, energy and waste."],
    ["3.1", "3", "Generation by node region", "Generation at the nodes of the grid model."],
    ["3.2", "3", "Across borders", "Countries beside the Union, and the Union as a whole."],
]

SUB_TASKS: Rows = [
    ["ID", "Task_section_id", "Task Header", "Title", "Description", "Input", "Geographic Level"],
    ["1.1.1", "1.1", GENERATION, "Electricity generation by source",
     "Say how much electricity the country generated in the latest year and how that has "
     "changed. Name the largest sources with their shares, then those that grew and shrank "
     "most.", "ETM", "country"],
    ["1.1.2", "1.1", GENERATION, "Electricity generation in the European Union",
     "Say how much electricity the Union generated in the latest year and how that has "
     "changed. Name the largest sources with their shares, and the Member States that stand "
     "out.", "ETM", "EU"],
    ["1.2.1", "1.2", "Low-carbon sources", "Wind and solar power",
     "Say what wind and solar power generated in the latest year, by how much each has grown, "
     "and what share of generation each has reached.", "ETM", "country"],
    ["1.2.2", "1.2", "Low-carbon sources", "Nuclear power and hydropower",
     "Say what nuclear power and hydropower generated in the latest year and how that has "
     "changed. Where the country has neither, say so in one sentence.", "ETM", "country"],
    ["2.1.1", "2.1", "Fossil generation", "Electricity from coal, gas and other fossil fuels",
     "Say how much electricity still came from fossil fuels in the latest year, which fuel "
     "gave most of it, and which has changed most since the base year.", "ETM", "country"],
    ["2.1.2", "2.1", "Fossil generation", "Fossil generation in the European Union",
     "Say how much electricity the Union still generated from fossil fuels, which fuel fell "
     "and which rose, and which Member States generate most of it.", "ETM", "EU"],
    ["2.2.1", "2.2", "Emissions other than CO2", "Emissions from agriculture, energy and waste",
     "Say how large the emissions of greenhouse gases other than CO2 were in the first and in "
     "the last year of the data, and which sector has reduced them most.", "ETM", "country"],
    ["2.2.2", "2.2", "Emissions other than CO2", "Emissions in the European Union",
     "Say how the Union's emissions of greenhouse gases other than CO2 have changed between "
     "the two years of the data, by sector.", "ETM", "EU"],
    ["3.1.1", "3.1", "Generation by node region", "Generation by node region",
     "Say how generation is spread over the country's node regions, largest first, and compare "
     "the country with its neighbours. Mention that the spread follows population.",
     "PLEXOS", "country"],
    ["3.1.2", "3.1", "Generation by node region", "Wind and solar power, summed over nodes",
     "Say what the country's nodes generated together from wind and solar power, and where most of "
     "it stands. Follow on from the section on wind and solar power.", "PLEXOS", "country"],
    ["3.2.1", "3.2", "Across borders", "Gas-fired generation beside the European Union",
     "Say how much electricity comes from gas, how its share has changed, and how the country "
     "compares with the Union in the latest year.",
     "ETM", "country"],
    ["3.2.2", "3.2", "Across borders", "Generation in the European Union, summed over nodes",
     "Say what the nodes of all Member States generated together, by source.", "PLEXOS", "EU"],
]

TEXT_GUIDELINES: Rows = [
    ["ID", "Description", "Standard", "Advanced", "Research Topics", "Research Notes"],
    ["1.1.1", "Level, mix, change",
     "Write 100-150 words in two paragraphs. Begin with the total of the latest year, then "
     "the largest sources. Keep the changes since the base year for the second paragraph.",
     "Write 220-320 words in three paragraphs. Add the country's share of the Union's "
     "generation and its rank, and one limitation of the data.",
     "electricity statistics; generation mix; national energy and climate plan", OFFICIAL],
    ["1.1.2", "Level, mix, change of the Union",
     "Write 110-160 words in two paragraphs. Begin with the total, then the largest sources, "
     "then what has changed.",
     "Write 240-340 words in three paragraphs. Add which Member States generate most.",
     "EU electricity statistics; generation mix", OFFICIAL],
    ["1.2.1", "Growth of wind and solar",
     "Write between 70 and 110 words in one paragraph. Give levels in TWh and shares in %.",
     "Write between 150 and 220 words in two paragraphs. Add a comparison with the Union.",
     "wind power; solar power; auctions; grid connection", OFFICIAL],
    ["1.2.2", "Nuclear and hydro", "Write sixty to one hundred words in one paragraph.",
     "Write one hundred and twenty to one hundred and eighty words in two paragraphs.",
     "nuclear phase-out; lifetime extension; hydrological year", OFFICIAL],
    ["2.1.1", "What still burns",
     "Write 90-130 words in two paragraphs. Say first how much, then from which fuel.",
     "Write 200-280 words in three paragraphs. Add the rank among the Member States.",
     "coal phase-out; gas supply; capacity mechanisms", OFFICIAL],
    ["2.1.2", "What still burns in the Union", "Write 90-140 words in 2 paragraphs.",
     "Write 180-260 words in 3 paragraphs. Add which Member States generate most.",
     "EU emissions trading; coal phase-out", OFFICIAL],
    ["2.2.1", "Two years, three sectors",
     "Write 70-110 words in one paragraph. Say plainly that the data hold two years only.",
     "Write 140-200 words in two paragraphs. Add the country's share of the Union's emissions.",
     "methane; nitrous oxide; livestock; landfill", OFFICIAL],
    ["2.2.2", "Two years, three sectors, the Union", "Write 80-120 words in two paragraphs.",
     "Write 160-220 words in two paragraphs.", "EU methane strategy", OFFICIAL],
    ["3.1.1", "By node region, beside the neighbours",
     "Write 110-160 words in two paragraphs. Begin with the total, then the largest node regions.",
     "Write 180-260 words in two paragraphs.", "grid model; node regions", NO_OTHER_FIGURES],
    ["3.1.2", "Sum over the nodes", "Write 130-180 words in two paragraphs.",
     "Write 200-280 words in two paragraphs.", "grid model; node regions", NO_OTHER_FIGURES],
    ["3.2.1", "Beside the Union", "Write in two paragraphs, at most one hundred and fifty words.",
     "Write 120-180 words in two paragraphs.", "gas-fired power plants; cross-border trade",
     OFFICIAL],
    ["3.2.2", "Sum over the nodes", "Write 80-120 words in two paragraphs.",
     "Write 160-220 words in two paragraphs.", "grid model", NO_OTHER_FIGURES],
]

DEFAULT_CHARTS: Rows = [
    ["sub_task_id", "Description", "Image", "collection_name", "property_list", "category_list",
     "Period_type", "sub_task_header"],
    ["1.1.1", "Electricity generation by source", "ETM", "", GENERATION, ALL_SOURCES, "Year",
     "Electricity generation by source"],
    ["1.1.2", "Electricity generation of the EU by source", "ETM", "", GENERATION, ALL_SOURCES,
     "Year", "Electricity generation in the European Union"],
    ["1.2.1", "Wind and solar power", "ETM", "", GENERATION, "Wind, Solar", "Year",
     "Wind and solar power"],
    ["1.2.2", "Nuclear power and hydropower", "ETM", "", GENERATION, "Nuclear, Hydro", "Year",
     "Nuclear power and hydropower"],
    ["2.1.1", "Fossil generation by fuel", "ETM", "", GENERATION, FOSSIL, "Year",
     "Electricity from coal, gas and other fossil fuels"],
    ["2.1.2", "Fossil generation of the EU by fuel", "ETM", "", GENERATION, FOSSIL, "Year",
     "Fossil generation in the European Union"],
    ["2.2.1", "Non-CO2 emissions by sector", "ETM", "", EMISSIONS, "Agriculture, Energy, Waste",
     "Year", "Emissions from agriculture, energy and waste"],
    ["2.2.2", "Non-CO2 emissions of the EU by sector", "ETM", "", EMISSIONS,
     "Agriculture, Energy, Waste", "Year", "Emissions in the European Union"],
    ["3.1.1", "Total generation by node region", "plexos_chart", "Node", "Generation",
     ALL_SOURCES, "Year", "Generation by node region"],
    ["3.1.2", "Wind and solar power at the nodes", "plexos_chart", "Generator", "Generation",
     "Wind, Solar", "Year", "Wind and solar power, summed over nodes"],
    ["3.2.1", "Gas-fired generation", "ETM", "", GENERATION, "Gas", "Year",
     "Gas-fired generation beside the European Union"],
    ["3.2.2", "Generation of the EU by source", "plexos_chart", "Generator", "Generation",
     ALL_SOURCES, "Year", "Generation in the European Union, summed over nodes"],
]

EXTERNAL_SEARCH: Rows = [
    ["ID", "Unique_ID", "Title", "Description", "Prompt", "Data Source", "Level",
     "additional information", "collection_name", "property_list", "category_list", "Period_type"],
    ["1.2.1", "ES001", "Wind and solar power in the Union", "For comparison with the country.",
     "Give the Union's generation from wind and solar power.", "ETM", "EU",
     "Use it for one sentence of comparison.", "", GENERATION, "Wind, Solar", "Year"],
    ["1.2.2", "ES002", "Published shares", "Shares of generation as Ember publishes them.",
     "Give the shares of nuclear power and hydropower.", "ETM", "country", "", "",
     "Share of generation", "Nuclear, Hydro", "Year"],
    ["3.2.2", "ES003", "Nuclear power over all nodes", "The largest single source of the Union.",
     "Give nuclear generation summed over all nodes of the Union.", "PLEXOS", "EU", "",
     "Generator", "Generation", "Nuclear", "Year"],
    ["2.1.1", "ES004", "Coal phase-out", "Background, only with a model that can search.",
     "Find the country's latest official decision on ending coal-fired generation and "
     "summarise it in three sentences with its source.", "Internet Search", "country",
     "Official publications only.", "", "", "", ""],
    ["1.1.1", "ES005", "Questions of a policy maker", "Notes for the writer, only with a model.",
     "List three questions that a policy maker would ask about this country's electricity mix.",
     "LLM Call", "country", "", "", "", "", ""],
]

CROSS_REFERENCE: Rows = [
    ["ID", "Copy"],
    ["1.2.2", "1.1.1"],
    ["3.1.2", "1.2.1"],
    ["3.2.2", "1.1.2"],
    ["1.1.1", "Lead with the total, then the source that changed most, then what took its place."],
]

ALL_CATEGORIES: Rows = [
    ["category_name", "group", "Description"],
    ["Wind", "Renewables", "Onshore and offshore wind."],
    ["Solar", "Renewables", "Photovoltaics and solar thermal power."],
    ["Hydro", "Renewables", "Hydropower."],
    ["Bioenergy", "Renewables", "Electricity from biomass and biogas."],
    ["Other Renewables", "Renewables", "Geothermal and marine energy."],
    ["Nuclear", "Nuclear", "Nuclear fission."],
    ["Gas", "Fossil", "Natural gas."],
    ["Hard Coal", "Fossil", "Hard coal."],
    ["Lignite", "Fossil", "Lignite (brown coal)."],
    ["Other Fossil", "Fossil", "Oil, non-renewable waste, manufactured gases and the like."],
    ["Agriculture", "", "Emissions other than CO2 from livestock and soils."],
    ["Energy", "", "Fugitive emissions other than CO2 from the supply of fuels."],
    ["Waste", "", "Emissions other than CO2 from waste and waste water."],
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

IDS = {"ID", "Aim ID", "Objective ID", "Task_section_id", "sub_task_id", "Unique_ID", "Copy"}
WIDTHS = {
    **dict.fromkeys(("Context", "Description", "Copy"), 60),
    **dict.fromkeys(("Standard", "Advanced", "Research Notes", "Prompt"), 50),
    **dict.fromkeys(("Title", "sub_task_header", "Research Topics"), 36),
    **dict.fromkeys(("property_list", "category_list", "additional information"), 28),
    **dict.fromkeys(("Project Name", "Task Header", "category_name", "Notes"), 24),
}
DEFAULT_WIDTH = 15
CHOICES = {
    "Input": ["ETM", "PLEXOS", "Text only"],
    "Geographic Level": ["country", "EU"],
    "Level": ["country", "EU"],
    "Image": ["ETM", "plexos_chart"],
    "Data Source": ["ETM", "PLEXOS", "Internet Search", "LLM Call"],
    "Period_type": ["Year", "Month"],
}
BODY = {"text_wrap": True, "valign": "top"}
HEADER = {**BODY, "bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "border": 1}


def write_prompt_sheet(
    path: Path,
    sheets: Mapping[str, Rows] = SHEETS,
    choices: Mapping[str, list[str]] = CHOICES,
) -> None:
    """Write the workbook: every cell as text, columns of ids formatted as text.

    Args:
        path: The workbook.
        sheets: Sheet name → its rows, the first of which holds the headings.
        choices: Heading → what its cells offer to choose from.
    """
    workbook = xlsxwriter.Workbook(path)
    workbook.set_properties({"title": sheets["Read me"][1][0], "created": CREATED})
    header = workbook.add_format(HEADER)
    body = workbook.add_format(BODY)
    ids = workbook.add_format({**BODY, "num_format": "@"})
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(rows[0]):
            style = ids if title in IDS else body
            sheet.set_column(column, column, WIDTHS.get(title, DEFAULT_WIDTH), style)
            sheet.write_string(0, column, title, header)
            for row, values in enumerate(rows[1:], start=1):
                if values[column]:
                    sheet.write_string(row, column, values[column], style)
            if title in choices:
                # A warning, not a ban: a table's name is as good as those listed.
                choice = {"validate": "list", "source": choices[title], "error_type": "warning"}
                sheet.data_validation(1, column, ROWS_WITH_LISTS, column, choice)
    workbook.close()


if __name__ == "__main__":
    write_prompt_sheet(Path(sys.argv[1]) if len(sys.argv) > 1 else PROMPT_SHEET)
