"""Write the prompt sheet of the example ``municipal-waste`` anew.

``python examples/make_municipal_waste.py`` writes it. The table beside it is as Eurostat publishes
it, and is read as it is.
"""

from __future__ import annotations

from pathlib import Path

from make_europe_electricity import Rows, write_prompt_sheet

PROMPT_SHEET = Path(__file__).parent / "municipal-waste" / "prompt_sheet.xlsx"
REGION = "EU"
GENERATED = "Municipal waste generated"
INCINERATED = "Municipal waste incinerated"
NO_OTHER_FIGURES = "Use no figure that is not in the evidence."

# fmt: off
NOTES: Rows = [
    ["Notes", "Sheets whose name contains _ are notes like this one: they are never read."],
    ["Input, Image", "waste is the table of project.toml: [data.tables.waste]."],
    ["property_list", "Measures by the names that [labels.PROPERTY] gives to Eurostat's codes."],
    ["Flags", "Breaks, estimates and provisional figures are in the table; no sheet names them."],
    ["More", "Sheet How_to of the example europe-electricity explains every sheet."],
]

READ_ME: Rows = [
    ["Project Name", "Context"],
    ["Municipal waste in Europe",
     "How much municipal waste nine countries and the European Union have generated and "
     "incinerated since 2010. The figures are Eurostat's, with its flags: in several years a "
     "country has changed how it counts, and figures before and after are not compared."],
]

AIMS: Rows = [
    ["ID", "Title", "Description"],
    ["A", "Show how much waste there is", "Give the amounts and how they have changed."],
    ["B", "Show how much of it is burnt", "Give the amounts incinerated, with energy or without."],
]

OBJECTIVES: Rows = [
    ["ID", "Aim ID", "Title", "Description"],
    ["1", "A", "Waste generated", "Municipal waste from households and similar sources."],
    ["2", "B", "Waste incinerated", "Municipal waste burnt, with recovery of energy or without."],
]

TASKS: Rows = [
    ["ID", "Objective ID", "Title", "Description"],
    ["1.1", "1", "Amounts generated", "The last year, and the change since the first."],
    ["2.1", "2", "Amounts incinerated", "The last year, and the change since the first."],
]

SUB_TASKS: Rows = [
    ["ID", "Task_section_id", "Task Header", "Title", "Description", "Input", "Geographic Level"],
    ["1.1.1", "1.1", "Amounts generated", "Waste generated in each country",
     "Say how much municipal waste the country generated, and how that has changed.",
     "waste", "country"],
    ["1.1.2", "1.1", "Amounts generated", "Waste generated in the European Union",
     "Say how much municipal waste the Union generated, and how that has changed.",
     "waste", REGION],
    ["2.1.1", "2.1", "Amounts incinerated", "Waste incinerated in each country",
     "Say how much municipal waste the country incinerated, and how that has changed.",
     "waste", "country"],
    ["2.1.2", "2.1", "Amounts incinerated", "Waste incinerated in the European Union",
     "Say how much municipal waste the Union incinerated, and how that has changed.",
     "waste", REGION],
]

TEXT_GUIDELINES: Rows = [
    ["ID", "Description", "Standard", "Advanced", "Research Topics", "Research Notes"],
    ["1.1.1", "Level and change", "Write 40-80 words in one paragraph. Begin with the last year.",
     "Write 90-140 words in two paragraphs.", "waste statistics", NO_OTHER_FIGURES],
    ["1.1.2", "Level and change of all", "Write 50-90 words in one paragraph.",
     "Write 90-140 words in two paragraphs.", "waste statistics", NO_OTHER_FIGURES],
    ["2.1.1", "What is burnt", "Write 40-80 words in one paragraph. Begin with the last year.",
     "Write 90-140 words in two paragraphs.", "waste to energy", NO_OTHER_FIGURES],
    ["2.1.2", "What is burnt in all", "Write 50-90 words in one paragraph.",
     "Write 90-140 words in two paragraphs.", "waste to energy", NO_OTHER_FIGURES],
]

DEFAULT_CHARTS: Rows = [
    ["sub_task_id", "Description", "Image", "property_list", "category_list", "Period_type",
     "sub_task_header"],
    ["1.1.1", "Waste generated", "waste", GENERATED, "-", "Year",
     "Waste generated in each country"],
    ["1.1.2", "Waste generated in the Union", "waste", GENERATED, "-", "Year",
     "Waste generated in the European Union"],
    ["2.1.1", "Waste incinerated", "waste", INCINERATED, "-", "Year",
     "Waste incinerated in each country"],
    ["2.1.2", "Waste incinerated in the Union", "waste", INCINERATED, "-", "Year",
     "Waste incinerated in the European Union"],
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
    "How_to": NOTES,
}
CHOICES = {
    "Input": ["waste", "Text only"],
    "Geographic Level": ["country", REGION],
    "Image": ["waste"],
    "Period_type": ["Year"],
}

if __name__ == "__main__":
    write_prompt_sheet(PROMPT_SHEET, SHEETS, CHOICES)
