"""A project from tables: what is guessed, what is asked, and that the report can be written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from factbook.cli.check import check
from factbook.config.load import load_config
from factbook.data.dataset import load_dataset
from factbook.data.places.gazetteer import gazetteer
from factbook.errors import DataError, UserError
from factbook.init.guess import Said
from factbook.init.project import Draft, init_project
from factbook.init.units import readable
from factbook.runs.begin import begun
from factbook.runs.ref import RunRef
from factbook.runs.run_report import run_report
from factbook.runs.thread_engine import ThreadEngine
from factbook.sheet.prompt_sheet import read_prompt_sheet

INPUTS = Path(__file__).parents[1] / "inputs"

TABLES = {
    "energy per head, wide by measure, groups of countries": "init/owid_energy_per_head.csv",
    "three measures in columns": "init/gapminder.tsv",
    "JSON-stat, a rate": "sources/oecd_unemployment.json",
    "codes and words in columns of one name": "init/oecd_gerd.csv",
    "US states, one year": "data/us_states_emission_rates.csv",
    "French, decimal commas, sexes": "init/esperance_de_vie.csv",
    "German, titles, blanks in thousands, footnotes": "init/bundeslaender.csv",
    "two header rows, on the second sheet": "init/air_quality.xlsx",
    "Eurostat's TSV, with flags": "init/eurostat_generation.tsv",
    "World Bank's CSV, two indicators": "init/API_EG.ELC.ACCS.ZS_DS2_en_csv_v2.csv",
    "months": "init/monthly_sales.csv",
    "IAMC": "data/iamc_pyam.csv",
}


def made(tmp_path: Path, *tables: Path, **said: object) -> Draft:
    """The project made from tables, in a folder of its own."""
    return init_project(tables, tmp_path / "project", said=Said(**said))  # type: ignore[arg-type]


def table(tmp_path: Path, text: str, name: str = "table.csv") -> Path:
    """A file with a table."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("file", TABLES.values(), ids=TABLES)
def test_table_becomes_a_report(tmp_path: Path, file: str) -> None:
    """Check has no error, and every section of the report is written."""
    draft = made(tmp_path, INPUTS / file)
    checked = check(draft.folder)
    assert checked.project is not None, checked.findings
    assert len([f for f in checked.findings if f.severity == "warning"]) <= 4
    with begun(RunRef(project=str(draft.folder))) as run:
        outcome = run_report(run, ThreadEngine())
    assert outcome.exit_code == 0


def test_measures_in_columns_have_names_and_units(tmp_path: Path) -> None:
    """GDP (million EUR) is GDP in million EUR, and adds up; years of life do not."""
    path = table(
        tmp_path,
        "country;year;GDP (million EUR);Population in 1000 persons;Life expectancy (years)\n"
        "Austria;2020;381.041,8;8.901,1;81,3\nAustria;2021;406.148,7;8.932,7;81,3\n"
        "France;2020;2.317.832,1;67.485,5;82,3\nFrance;2021;2.502.118,0;67.656,7;82,4\n",
    )
    draft = made(tmp_path, path)
    found = {one.name: (one.measures[0].unit, one.has_region) for one in draft.measures}
    assert found == {
        "GDP": ("million EUR", True),
        "Population": ("thousand persons", True),
        "Life expectancy": ("years", False),
    }
    levels = {row.geographic_level for row in draft.project.sheet.sub_tasks}
    assert levels == {"country", "The group"}
    series = draft.project.dataset.tables["table"].series("FR", "GDP", "Total", "million EUR")
    assert series is not None
    assert series.points["2021"].value == 2_502_118.0


def test_reasons_stand_beside_guesses(tmp_path: Path) -> None:
    """The file is TOML, and each role has a comment above it."""
    draft = made(tmp_path, INPUTS / "init/esperance_de_vie.csv")
    text = (draft.folder / "project.toml").read_text(encoding="utf-8")
    source = tomllib.loads(text)["data"]["tables"]["esperance_de_vie"]
    assert source["columns"] == {"COUNTRY": "Département", "YEAR": "Année", "SECTOR": "Sexe"}
    lines = text.splitlines()
    for role in ("COUNTRY", "YEAR", "SECTOR"):
        at = next(n for n, line in enumerate(lines) if line.startswith(f"{role} ="))
        assert lines[at - 1].startswith("# ")
    assert "Décès" in {one.name for one in draft.measures}


def test_columns_of_code_and_name_count_once(tmp_path: Path) -> None:
    """What goes together with another column tells nothing apart; words are preferred."""
    draft = made(tmp_path, INPUTS / "init/oecd_gerd.csv")
    guess = draft.guesses[0]
    assert (guess.place, guess.measure, guess.category) == ("Country", "Indicator", "")
    assert guess.dimensions == ()
    assert "LOCATION" in guess.unread


_CODED_UNITS = "Variable,UNIT,Measure,Country,Year,Value\n" + "".join(
    f"{variable},{code},{unit},{country},{year},{value}\n"
    for variable in ("Hospitals", "Nurses")
    for code, unit, value in (("NOMBRENB", "Number", 1345), ("NBMILPNB", "Per million people", 5.5))
    for country in ("France", "Austria")
    for year in (2020, 2021)
)


def test_units_in_words_are_preferred_to_codes(tmp_path: Path) -> None:
    """Nothing is known of NOMBRENB; the column that has its name says that it is a number."""
    draft = made(tmp_path, table(tmp_path, _CODED_UNITS))
    assert draft.guesses[0].unit == "Measure"
    assert [one.unit for one in draft.measures[0].measures] == ["number", "per million people"]


def test_comments_of_a_measure_in_two_units_are_settings(tmp_path: Path) -> None:
    """Without their # they are a project that can be read, and say nothing of one unit alone."""
    draft = made(tmp_path, table(tmp_path, _CODED_UNITS))
    text = (draft.folder / "project.toml").read_text(encoding="utf-8")
    assert "# # over_places is sum in number: " in text
    head, _, blocks = text.partition("docs/configuration.md, Measures.\n")
    lines = [line.removeprefix("# ") for line in blocks.splitlines()]
    said = tomllib.loads(head + "\n" + "\n".join(lines))["measures"]
    assert said == {"Hospitals": {"better": "neutral"}, "Nurses": {"better": "neutral"}}


def test_sums_of_places_and_marks_of_footnotes(tmp_path: Path) -> None:
    """Insgesamt is the region's own row, and Sachsen 1) is Sachsen."""
    draft = made(tmp_path, INPUTS / "init/bundeslaender.csv")
    config = load_config(draft.folder)
    assert config.region.row == "Insgesamt"
    assert "Sachsen" in {place.name for place in draft.project.dataset.countries}
    assert "Insgesamt" not in {place.name for place in draft.project.dataset.countries}
    assert draft.measures[0].name == "Bevölkerung"
    assert draft.measures[0].measures[0].unit == "thousand persons"


def test_two_dimensions_and_scenarios(tmp_path: Path) -> None:
    """One column is the category, the others are dimensions."""
    rows = [
        f"{state},{year},{scenario},{sex},{age},{10 + n}"
        for n, (state, year, scenario, sex, age) in enumerate(
            (state, year, scenario, sex, age)
            for state in ("Ohio", "Texas", "Iowa")
            for year in (2030, 2040)
            for scenario in ("high", "reference")
            for sex in ("men", "women")
            for age in ("young", "old")
        )
    ]
    path = table(tmp_path, "\n".join(["State,Year,Scenario,Sex,Age group,Value", *rows]) + "\n")
    draft = made(tmp_path, path, unit="persons")
    guess = draft.guesses[0]
    assert (guess.category, guess.dimensions) == ("Sex", ("Scenario", "Age group"))
    assert draft.plan.kind.name == "us-states"


def test_many_places_get_no_sections_but_count(tmp_path: Path) -> None:
    """The twelve with most figures are told; the others stand as comments."""
    draft = made(tmp_path, INPUTS / "init/gapminder.tsv")
    assert len(draft.project.dataset.countries) == 12
    assert len(draft.project.dataset.members) == 84
    text = (draft.folder / "project.toml").read_text(encoding="utf-8")
    assert '# ZW = "Zimbabwe"' in text
    assert "NG" in {place.code for place in draft.project.dataset.countries}


def test_many_measures_share_chapters(tmp_path: Path) -> None:
    """More than a dozen are gathered, six to a chapter, and at most 24 are told."""
    names = [f"Thing {number}" for number in range(30)]
    header = ",".join(["country", "year", *(f"{name} (t)" for name in names)])
    rows = [f"{c},{y}," + ",".join(["1.5"] * 30) for c in ("Chad", "Mali") for y in (2001, 2002)]
    draft = made(tmp_path, table(tmp_path, "\n".join([header, *rows]) + "\n"))
    assert (len(draft.measures), len(draft.left_out)) == (24, 6)
    assert len(draft.project.sheet.objectives) == 4


def test_region_is_a_known_group(tmp_path: Path) -> None:
    """Members of the EU with its row make the EU; countries of the world make the world."""
    eu = made(tmp_path, INPUTS / "init/eurostat_generation.tsv").plan
    assert (eu.region, eu.members, eu.row) == ("EU", "EU27", "EU27_2020")
    world = init_project([INPUTS / "init/owid_energy_per_head.csv"], tmp_path / "world").plan
    assert (world.region, world.members, world.row) == ("The world", "all", "World")


def test_what_cannot_be_guessed_is_asked(tmp_path: Path) -> None:
    """The question has the headings with cells, and the option to answer it; nothing is written."""
    path = table(tmp_path, "country,income\nChad,1925\nMali,10620\n")
    with pytest.raises(UserError) as caught:
        made(tmp_path, path)
    (finding,) = caught.value.findings
    assert "periods" in finding.message
    assert "'country' ('Chad', 'Mali')" in finding.message
    assert "--period" in finding.remedy
    assert not (tmp_path / "project").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["table.csv"]


def test_answers_are_taken(tmp_path: Path) -> None:
    """A period and a unit of all rows, a column of figures, and of categories."""
    path = table(tmp_path, "who,kind,x,y\nA,one,1.5,2\nA,two,2.5,3\nB,one,3.5,4\nB,two,4.5,5\n")
    draft = made(tmp_path, path, place="who", period="2015", values=("x",), category="kind")
    source = load_config(draft.folder).data.tables["table"]
    assert source.constants["YEAR"] == "2015"
    assert list(source.values) == ["x"]
    assert source.columns["SECTOR"] == "kind"


@pytest.mark.parametrize("option", ["values", "category"])
def test_answer_that_names_no_column_is_an_error(tmp_path: Path, option: str) -> None:
    """It names the columns that there are."""
    path = table(tmp_path, "country,year,x\nChad,2001,1\nMali,2001,2\n")
    said = {option: ("z",) if option == "values" else "z"}
    with pytest.raises(UserError, match="'z'") as caught:
        made(tmp_path, path, **said)
    assert "'country'" in caught.value.findings[0].allowed


@pytest.mark.parametrize("content", ["file", "folder"])
def test_nothing_is_written_over(tmp_path: Path, content: str) -> None:
    """A file or a folder that is not empty stays as it is; an empty folder is filled."""
    path = table(tmp_path, "country,year,x (t)\nChad,2001,1\nMali,2001,2\n")
    target = tmp_path / "project"
    if content == "file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "notes.txt").write_text("mine")
    with pytest.raises(UserError) as caught:
        init_project([path], target)
    assert "--out" in caught.value.findings[0].remedy
    kept = target if content == "file" else target / "notes.txt"
    assert kept.read_text() == "mine"
    empty = tmp_path / "empty"
    empty.mkdir()
    init_project([path], empty)
    assert (empty / "project.toml").is_file()


def test_several_tables_of_one_name(tmp_path: Path) -> None:
    """Each has a name of its own and is copied as it is."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    one = table(tmp_path / "a", "country,year,x (t)\nChad,2001,1\nMali,2001,2\n")
    two = table(tmp_path / "b", "country,year,y (t)\nChad,2001,1\nMali,2001,2\n")
    draft = made(tmp_path, one, two)
    assert sorted(draft.project.dataset.tables) == ["table", "table_2"]
    assert (draft.folder / "data/table_2.csv").read_bytes() == two.read_bytes()


def test_hostile_headings_stay_text(tmp_path: Path) -> None:
    """Quotes, brackets, formulas and line ends in headings and labels end up in no other line."""
    path = tmp_path / "table.parquet"
    frame = pd.DataFrame(
        {
            "country": ["Chad", "Mali"],
            "year": [2001, 2001],
            'x"]\nprovider = "openai': [1.0, 2.0],
            "kind\x7f": ["=1+1", '"\n[run]'],
        }
    )
    frame.to_parquet(path)
    draft = made(tmp_path, path)
    assert load_config(draft.folder).provider == "offline"
    assert len(draft.measures) == 1


def test_sheet_is_one_to_work_in(tmp_path: Path) -> None:
    """Ids are text, notes are not read, and lists to choose from name the tables."""
    draft = made(tmp_path, INPUTS / "init/monthly_sales.csv")
    path = draft.folder / "prompt_sheet.xlsx"
    sheet, findings = read_prompt_sheet(path, file=path.name, table_names=("monthly_sales",))
    assert findings == ()
    assert sheet is not None
    assert [row.id for row in sheet.sub_tasks] == ["1.1.1", "1.1.2"]
    again = init_project([INPUTS / "init/monthly_sales.csv"], tmp_path / "again")
    assert (again.folder / path.name).read_bytes() == path.read_bytes()


def test_first_sheet_with_a_table_is_taken(tmp_path: Path) -> None:
    """A sheet of notes before it is passed over, and the user is told of other sheets."""
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Read me").write("A1", "Nothing to see")
    page = book.add_worksheet("Figures")
    for at, row in enumerate([["country", "year", "x (t)"], ["Chad", 2001, 1], ["Mali", 2001, 2]]):
        page.write_row(at, 0, row)
    book.close()
    draft = made(tmp_path, path)
    assert load_config(draft.folder).data.tables["book"].sheet == "Figures"
    assert any("'Read me'" in found.message for found in draft.notes)


def test_constants_and_values_are_read_by_the_configuration(tmp_path: Path) -> None:
    """`values` and `constants` of a table, without a guess."""
    table(tmp_path, "land,GDP,pop\nAustria,10,8\nFrance,20,67\n")
    (tmp_path / "project.toml").write_text(
        '[data.tables.t]\nfile = "table.csv"\ncolumns = { COUNTRY = "land" }\n'
        'constants = { YEAR = "2020", SECTOR = "Total" }\n[data.tables.t.values]\n'
        'GDP = { unit = "million EUR" }\npop = { measure = "Population", unit = "persons" }\n'
    )
    dataset, findings = load_dataset(tmp_path, load_config(tmp_path))
    assert dataset.tables["t"].metrics() == ("GDP", "Population")
    series = dataset.tables["t"].series("FR", "Population", "Total", "persons")
    assert series is not None
    assert {period: point.value for period, point in series.points.items()} == {"2020": 67.0}
    assert not [found for found in findings if found.code == "data.no-column"]


def test_missing_column_of_values_is_an_error(tmp_path: Path) -> None:
    """It names the column, and the nearest that there is."""
    table(tmp_path, "land,GDP\nAustria,10\n")
    (tmp_path / "project.toml").write_text(
        '[data.tables.t]\nfile = "table.csv"\ncolumns = { COUNTRY = "land" }\nunit = "t"\n'
        'constants = { YEAR = "2020" }\n[data.tables.t.values]\nGDP = {}\nGDPP = {}\n'
    )
    with pytest.raises(UserError, match="'GDPP'") as caught:
        load_dataset(tmp_path, load_config(tmp_path))
    assert "'GDP'" in caught.value.findings[0].remedy


def test_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """What stands above it is a file."""
    path = table(tmp_path, "country,year,x (t)\nChad,2001,1\nMali,2001,2\n")
    with pytest.raises(UserError, match="can't be written") as caught:
        init_project([path], path / "project")
    assert "--out" in caught.value.findings[0].remedy


def test_units_leave_the_names_of_measures(tmp_path: Path) -> None:
    """Publishers without a column of units write them behind the indicator's name."""
    rows = [
        f'{place},{year},"{name}",{value}'
        for place in ("Austria", "France")
        for year in (2020, 2021)
        for name, value in (
            ("Access to electricity (% of population)", 99.5),
            ("Exports (million EUR)", 1234.5),
            ("Population, total", 8_900_000),
        )
    ]
    text = "\n".join(["Country,Year,Indicator,Value", *rows, ""])
    draft = made(tmp_path, table(tmp_path, text))
    found = {one.name: (one.measures[0].unit, one.has_region) for one in draft.measures}
    assert found == {
        "Access to electricity": ("% of population", False),
        "Exports": ("million EUR", True),
        "Population (total)": ("", True),
    }
    config = (draft.folder / "project.toml").read_text(encoding="utf-8")
    assert 'unit = "million EUR"  # it stood in the name' in config
    (told,) = {c.sentence.partition(": ")[0] for c in draft.project.dataset.cleanings
               if "Exports" in c.sentence}  # fmt: skip
    assert told == "4 figures of Exports without a unit, read in million EUR"


def test_one_name_in_two_units_keeps_them_in_the_name(tmp_path: Path) -> None:
    """Figures in EUR and in per cent must not become one measure."""
    rows = [
        f"{place},{year},{name},{value}"
        for place in ("Austria", "France")
        for year in (2020, 2021)
        for name, value in (("Debt (million EUR)", 300), ("Debt (% of GDP)", 80))
    ]
    draft = made(tmp_path, table(tmp_path, "\n".join(["Country,Year,Indicator,Value", *rows, ""])))
    assert len(draft.measures) == 2
    assert len({one.name for one in draft.measures}) == 2


def test_only_indicator_of_a_column_names_the_measure(tmp_path: Path) -> None:
    """World Bank's files of one indicator say it in every row; the file's name says less."""
    text = (
        "Country Name,Country Code,Indicator Name,Indicator Code,2019,2020\n"
        'Austria,AUT,"Fertility rate, total (births per woman)",SP.DYN.TFRT.IN,1.46,1.44\n'
        'France,FRA,"Fertility rate, total (births per woman)",SP.DYN.TFRT.IN,1.86,1.83\n'
    )
    draft = made(tmp_path, table(tmp_path, text, "API_SP.DYN.TFRT.IN_DS2_en_csv_v2.csv"))
    (measure,) = draft.measures
    assert (measure.name, measure.measures[0].unit) == (
        "Fertility rate (total)",
        "births per woman",
    )
    assert draft.project.name == "Fertility rate"


def test_report_is_called_by_what_the_file_says(tmp_path: Path) -> None:
    """A JSON-stat data set has a label; a file's name is written as people write it."""
    draft = made(tmp_path, INPUTS / "sources/oecd_unemployment.json")
    assert draft.project.name == "Unemployment rate in the OECD countries 2003-2014"
    text = "place,month,thousands\nUnited States,2021-01,7\nUnited States,2021-02,8\n"
    path = table(tmp_path, text, "us_employment_monthly.csv")
    draft = init_project((path,), tmp_path / "other")
    (measure,) = draft.measures
    assert draft.project.name == "US employment"
    assert (measure.name, measure.measures[0].unit) == ("US employment", "thousand")


def test_value_beside_other_figures_is_one_of_several(tmp_path: Path) -> None:
    """A firm's value stands beside its capital; codes in whole numbers are no figures."""
    text = "firm,year,value,capital,series code\nA,2020,10.5,2.8,7\nB,2020,11.5,3.8,7\n"
    draft = made(tmp_path, table(tmp_path, text), place="firm")
    assert {one.name for one in draft.measures} == {"Value", "Capital"}


def test_acronyms_and_scales_of_headings(tmp_path: Path) -> None:
    """``gdp_trillion`` is GDP, in trillions."""
    text = "country,year,gdp_trillion,population\nAustria,2020,0.4,9\nFrance,2020,2.6,67\n"
    draft = made(tmp_path, table(tmp_path, text))
    named = {one.name: one.measures[0].unit for one in draft.measures}
    assert named == {"GDP": "trillion", "Population": "persons"}


def test_group_that_many_places_are_outside_of_is_no_region(tmp_path: Path) -> None:
    """27 members of the EU among 44 countries: sections of the others would stand beside it."""
    union = gazetteer().members("EU27") or ()
    names = [gazetteer().names[code] for code in union]
    others = ["Australia", "Brazil", "Canada", "Chile", "Japan", "Korea", "Mexico", "Norway",
              "Turkey", "United States"]  # fmt: skip
    rows = [f"{name},2020,{at}.5" for at, name in enumerate([*names, *others])]
    draft = made(tmp_path, table(tmp_path, "\n".join(["country,year,rate", *rows, ""])))
    assert draft.plan.region == "The group"
    path = table(tmp_path, "\n".join(["country,year,rate", *rows[: len(names)], ""]), "eu.csv")
    assert init_project((path,), tmp_path / "eu").plan.region == "EU"


def test_flags_in_a_column_are_read(tmp_path: Path) -> None:
    """A column of remarks is none of flags."""
    text = (
        "country,year,value,unit,flag,note\nAustria,2020,1,TWh,p,see below\n"
        "Austria,2021,2,TWh,,\nFrance,2020,3,TWh,e,\nFrance,2021,4,TWh,,\n"
    )
    draft = made(tmp_path, table(tmp_path, text))
    (found,) = draft.project.dataset.tables.values()
    (metric,) = found.metrics()
    series = found.series("AT", metric, "Total", "TWh")
    assert series is not None
    assert series.points["2020"].status == "p"
    assert draft.guesses[0].unread == ("note",)


def test_months_in_columns_are_months_of_the_years_in_rows(tmp_path: Path) -> None:
    """Twelve columns are one measure; a column of the year is of the whole year."""
    text = (
        "country,Year,Jan,Feb,Mar.,Annual\n"
        "Austria,2020,4.0,4.1,4.2,4.5\nAustria,2021,4.1,4.2 p,,4.6\n"
    )
    path = table(tmp_path, text, "unemployment_rate_2021.csv")
    draft = made(tmp_path, path, unit="%")
    (measure,) = draft.measures
    assert (measure.name, measure.measures[0].unit) == ("Unemployment rate", "%")
    (found,) = draft.project.dataset.tables.values()
    key = ("AT", "Unemployment rate", "Total", "%")
    years, months = found.series(*key), found.series(*key, frequency="month")
    assert years is not None
    assert months is not None
    assert {period: p.value for period, p in years.points.items()} == {"2020": 4.5, "2021": 4.6}
    assert {period: (p.value, p.status) for period, p in months.points.items()} == {
        "2020-01": (4.0, ""), "2020-02": (4.1, ""), "2020-03": (4.2, ""),
        "2021-01": (4.1, ""), "2021-02": (4.2, "p"),
    }  # fmt: skip


def test_places_in_columns_are_places_of_one_measure(tmp_path: Path) -> None:
    """Not measures called Austria and France; a column of places beside them speaks against it."""
    text = "date,Austria,France,Germany\n2020-01,1.5,2.5,3.5\n2020-02,1.6,2.6,3.6\n"
    draft = made(tmp_path, table(tmp_path, text, "house_prices.csv"))
    assert [one.name for one in draft.measures] == ["House prices"]
    assert {place.code for place in draft.project.dataset.countries} == {"AT", "FR", "DE"}
    text = "country,year,Austria,France,Germany\nAustria,2020,0,2,3\nFrance,2020,2,0,1\n"
    draft = init_project((table(tmp_path, text, "trade.csv"),), tmp_path / "trade")
    assert {one.name for one in draft.measures} == {"Austria", "France", "Germany"}


def test_months_need_years(tmp_path: Path) -> None:
    """A month of a month is an error with the row."""
    draft = made(tmp_path, table(tmp_path, "country,year,Jan,Feb,Mar\nAustria,2020,1,2,3\n"))
    data = draft.folder / "data/table.csv"
    data.write_text("country,year,Jan,Feb,Mar\nAustria,2020,1,2,3\nAustria,2021-05,1,2,3\n")
    with pytest.raises(DataError) as raised:
        load_dataset(draft.folder, load_config(draft.folder))
    (finding,) = raised.value.findings
    assert finding.code == "data.month-of-no-year"
    assert finding.message.startswith("1 row whose YEAR is no year")


def test_codes_as_names_have_a_line_to_be_changed(tmp_path: Path) -> None:
    """Eurostat's files have no labels: the draft says where they are given."""
    draft = made(tmp_path, INPUTS / "sources/eurostat_env_wasmun.tsv")
    lines = (draft.folder / "project.toml").read_text(encoding="utf-8").splitlines()
    at = lines.index("# [labels.PROPERTY]")
    assert lines[at + 1 : at + 3] == ['# "DSP_I_RCV_E" = "…"', '# "GEN" = "…"']
    changed = [line.removeprefix("# ") if n in (at, at + 2) else line
               for n, line in enumerate(lines)]  # fmt: skip
    (draft.folder / "project.toml").write_text("\n".join(changed).replace("…", "Waste"))
    dataset = load_dataset(draft.folder, load_config(draft.folder))[0]
    assert "Waste" in dataset.tables["eurostat_env_wasmun"].metrics()


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("us_employment_monthly", "US employment"),
        ("oecd_gerd", "OECD GERD"),
        ("Unemployment1948", "Unemployment 1948"),
        ("energy-use_v2", "Energy use"),
        ("lifeExp", "lifeExp"),
        ("gdp--gdp", "GDP"),
    ],
)
def test_file_names_are_written_as_titles(stem: str, title: str) -> None:
    """Without versions and what every file is; acronyms in capitals."""
    assert readable(stem) == title


def test_blank_cells_of_units_are_figures_without_a_unit(tmp_path: Path) -> None:
    """Indices and counts stand without a unit beside measures with one; nothing is asked."""
    rows = [
        f"{place},{indicator},{year},{level + year - 2000},{unit}"
        for place, level in (("Austria", 40), ("Belgium", 60))
        for year in range(2018, 2023)
        for indicator, unit in (("Electricity generation", "TWh"), ("Gini index", ""))
    ]
    text = "\n".join(["country,indicator,year,value,unit", *rows])
    draft = made(tmp_path, table(tmp_path, text + "\n"))
    checked = check(draft.folder)
    assert checked.project is not None, checked.findings
    [data] = checked.project.dataset.tables.values()
    assert (data.units("Gini index"), data.units("Electricity generation")) == (("",), ("TWh",))


def test_place_that_is_the_sum_of_all_others_is_the_regions_row(tmp_path: Path) -> None:
    """Without a name that says so: its figures are those of the region, and count once."""
    figures = {"North": (25, 61, 87), "South": (15, 58, 85), "East": (80, 45, 74)}
    figures["Uplands"] = (120, 164, 246)
    rows = [
        f"{place},{2019 + at},{value}"
        for place, values in figures.items()
        for at, value in enumerate(values)
    ]
    text = "\n".join(["district,year,births", *rows]) + "\n"
    draft = made(tmp_path, table(tmp_path, text))
    assert tomllib.loads((draft.folder / "project.toml").read_text())["region"]["row"] == "Uplands"
    checked = check(draft.folder)
    assert checked.project is not None, checked.findings
    assert [place.name for place in checked.project.dataset.countries] == ["East", "North", "South"]
