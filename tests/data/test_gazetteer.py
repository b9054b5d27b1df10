import pytest

from factbook.data.gazetteer import gazetteer


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UK", "GB"), ("EL", "GR"), ("gb", "GB"), ("GBR", "GB"), ("Great Britain", "GB"),
        ("Czechia", "CZ"), ("Czech Republic", "CZ"), ("Turkey", "TR"), ("Türkiye", "TR"),
        ("NA", "NA"), ("na", "NA"), ("Namibia", "NA"), ("Bosnia Herzegovina", "BA"),
        ("Kosovo*", "XK"), ("South Africa", "ZA"), ("Micronesia", "FM"), ("united_kingdom", "GB"),
        ("Germany (until 1990 former territory of the FRG)", "DE"), ("Deutschland", "DE"),
        ("España", "ES"), ("Österreich", "AT"), ("China excluding Hong Kong", "CN"),
        ("Guinea", "GN"), ("Niger", "NE"), ("DR Congo", "CD"), ("Congo", "CG"),
        ("XKX", "XK"), ("OWID_KOS", "XK"), ("österreich", "AT"), ("Magyarország", "HU"),
        ("namibia", "NA"), ("korea, dem. people's rep.", "KP"), ("Korea, Rep.", "KR"),
    ],
)  # fmt: skip
def test_names_and_codes_become_one_country(name: str, code: str) -> None:
    """Aliases, codes in any case and local names mean the country they mean to people."""
    assert gazetteer().code(name) == code


@pytest.mark.parametrize(
    "name",
    [
        "EU27", "EU27_2020", "EU-28", "World", "OECD", "OECD Europe", "Non-OECD Europe", "Europe",
        "Asia excl. China", "Rest of World", "Total", "Euro area - 19 countries (from 2015)",
        "High-income countries", "G20", "Northern Africa", "South America", "Middle East", "Welt",
        "European Union - 27 countries (from 2020)", "Africa (Ember)", "Other Europe",
        "EU28", "Euro area", "High income", "EA20", "WLD", "EUU", "HIC", "OWID_WRL", "Small states",
        "Fragile and conflict affected situations", "IDA & IBRD total", "Scandinavia", "Extra-EU",
        "Czechoslovakia", "Serbia and Montenegro", "Emerging markets", "Post-demographic dividend",
    ],
)  # fmt: skip
def test_groups_are_aggregates_and_no_country(name: str) -> None:
    """Groups of countries are told apart from countries."""
    assert gazetteer().code(name) is None
    assert gazetteer().is_aggregate(name)


@pytest.mark.parametrize("name", ["Atlantis", "Grmany", "Untied States of America", "Franze"])
def test_slips_are_neither(name: str) -> None:
    """A misspelt country is not taken for a group, so that its figures do not vanish."""
    assert gazetteer().code(name) is None
    assert not gazetteer().is_aggregate(name)


def test_groups_have_members() -> None:
    """Groups are found ignoring case, blanks and hyphens."""
    members = gazetteer().members("eu-27")
    assert members is not None
    assert len(members) == 27
    assert "HR" in members
    assert "GB" not in members
    assert gazetteer().members("EU99") is None


def test_every_country_knows_its_own_name() -> None:
    """No country's English name or code is taken for another's."""
    names = gazetteer().names
    assert len(names) > 240
    assert {code: gazetteer().code(name) for code, name in names.items()} == {c: c for c in names}
    assert all(gazetteer().code(code) == code for code in names)
