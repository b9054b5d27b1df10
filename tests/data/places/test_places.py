import pytest

from factbook.data.places import places
from factbook.errors import nearest
from tests.data.conftest import Load, Refuse

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ETM = {"data": {"etm": "etm.csv"}}


def _rows(*names: str) -> str:
    return HEADER + "".join(f"{name},Gas,2020,5,G,TWh\n" for name in names)


def test_correction_by_code_gets_the_name_in_the_data(load: Load) -> None:
    """A correction that names a country as no table does says how they do."""
    places = {"drop": ["AT"], "rename": {"FR": "Germany"}}
    _, warnings = load({"etm.csv": _rows("Austria", "France")}, **ETM, places=places)
    assert [warning.code for warning in warnings] == ["data.unused-correction"] * 2
    assert "drop has 'AT', which does not occur in the data: there it is written 'Austria'" in (
        warnings[0].message
    )
    assert warnings[1].remedy == "Use the name in the data: 'France'"


def test_corrections_are_not_judged_by_a_table_that_was_not_read(refuse: Refuse) -> None:
    """The other table, which writes it differently, does not say how this one does."""
    tables = {"one": {"file": "one.csv"}, "two": {"file": "no-such.csv"}}
    corrections = {
        "places": {"drop": ["Great Britain"], "rename": {"Holland": "Netherlands"}},
        "categories": {"drop": ["Peat"]},
    }
    found = refuse(
        {"one.csv": _rows("Austria", "United Kingdom")}, data={"tables": tables}, **corrections
    )
    assert [finding.severity for finding in found] == ["error"]


def test_countries_under_each_other_s_code_are_refused(refuse: Refuse, load: Load) -> None:
    """Germany's name under AT would stand above Austria's figures."""
    swapped = {"AT": "Germany", "DE": "Austria"}
    findings = refuse({"etm.csv": _rows("Austria")}, **ETM, countries=swapped)
    errors = [finding for finding in findings if finding.severity == "error"]
    assert [error.code for error in errors] == ["data.country-name"] * 2
    assert "[countries] calls AT 'Germany', which is the name of DE" in errors[0].message
    named = {"AT": "Österreich", "GB": "Great Britain", "CZ": "Czechia", "TR": "Our friends"}
    names = ("Austria", "UK", "Czech Republic", "Turkey")
    assert load({"etm.csv": _rows(*names)}, **ETM, countries=named)[1] == ()


def test_unknown_names_are_remedied_as_each_needs(refuse: Refuse) -> None:
    """A slip is renamed to what it is for; a part of a country is no slip for another one."""
    [finding] = refuse({"etm.csv": _rows("Austira", "Scotland", "Northern Ireland")}, **ETM)
    assert "'Austira' (perhaps Austria), 'Scotland', 'Northern Ireland'" in finding.message
    assert 'rename = { "Austira" = "Austria" }' in finding.remedy
    assert 'drop = ["Scotland", "Northern Ireland"]' in finding.remedy
    assert "right name" not in finding.remedy


def test_only_names_that_are_shown_are_looked_up(
    refuse: Refuse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of invented names takes no longer than its rows."""
    asked: list[str] = []
    monkeypatch.setattr(
        places, "nearest", lambda name, known: asked.append(name) or nearest(name, known)
    )
    names = [f"Nowhere {number}" for number in range(1000)]
    [finding] = refuse({"etm.csv": _rows(*names)}, **ETM)
    assert asked == names[:30]
    assert "COUNTRY has 1000 names that are" in finding.message
    assert finding.message.endswith("'Nowhere 29' and 970 more")


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("Indiana", ""), ("Guinea Coast", ""), ("Austira", "Austria"),
        ("Germanyy", "Germany"), ("Franze", "France"), ("Inner Mongolia", ""), ("Maine", ""),
    ],
)  # fmt: skip
def test_remedies_propose_no_other_place(refuse: Refuse, name: str, like: str) -> None:
    """A name that goes on after a country's is another place's, and no slip for it."""
    [finding] = refuse({"etm.csv": _rows(name)}, **ETM)
    assert finding.code == "data.unknown-place"
    assert finding.remedy.endswith(f'"{name}" = "{like}" }}' if like else f'drop = ["{name}"]')


def test_names_are_looked_up_up_to_a_number(refuse: Refuse) -> None:
    """A column of any other names than countries' takes no longer the more of them it has."""
    rows = [f"Xy {n} Land,Wind,2020,1,Generation,TWh" for n in range(places.MOST_NAMES + 10)]
    content = "\n".join(["COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT", *rows, ""])
    findings = refuse({"etm.csv": content}, data={"etm": "etm.csv"})
    [unknown] = [finding for finding in findings if finding.code == "data.unknown-place"]
    assert unknown.message.startswith(f"COUNTRY has {places.MOST_NAMES + 10} names")
    assert unknown.message.endswith("Of all names the first 5,000 were looked up, and no others")
