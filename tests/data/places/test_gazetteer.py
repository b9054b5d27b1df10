import pytest

from factbook.data.places.gazetteer import gazetteer


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
    ("name", "code"),
    [
        ("French Guiana", "GF"), ("Hong Kong SAR, China", "HK"), ("Taiwan, China", "TW"),
        ("Micronesia (Federated States of)", "FM"), ("Micronesia, Fed. Sts.", "FM"),
        ("Macao", "MO"), ("China, Macao Special Administrative Region", "MO"),
        ("Kosovo (UNSCR 1244)", "XK"), ("Côte d'Ivoire", "CI"), ("Cote dIvoire", "CI"),
        ("Kosovo (under United Nations Security Council Resolution 1244/99)", "XK"),
        ("Congo, Dem. Rep.", "CD"), ("Congo, Rep.", "CG"), ("Congo (Kinshasa)", "CD"),
        ("Bolivia (Plurinational State of)", "BO"), ("Turkiye", "TR"),
        ("Metropolitan France", "FR"),
        ("France métropolitaine", "FR"), ("Mainland China", "CN"), ("China, P.R.: Mainland", "CN"),
        ("China (People's Republic of)", "CN"), ("Georgia", "GE"), ("Egypt, Arab Rep.", "EG"),
        ("Venezuela, RB", "VE"), ("Iran (Islamic Republic of)", "IR"), ("Gambia, The", "GM"),
        ("Lao PDR", "LA"), ("FYR Macedonia", "MK"), ("West Bank and Gaza", "PS"),
        ("Sint Maarten (Dutch part)", "SX"), ("St. Martin (French part)", "MF"),
        ("Myanmar (Burma)", "MM"), ("Netherlands (Kingdom of the)", "NL"), ("U.S.A.", "US"),
        ("Holy See (Vatican City State)", "VA"), ("Libyan Arab Jamahiriya", "LY"),
        ("Equatorial Guinea, Rep. of", "GQ"), ("Ethiopia, The Federal Dem. Rep. of", "ET"),
        ("Austria (AT)", "AT"), ("Italy (p)", "IT"), ("Viet Nam", "VN"), ("Gas\u200b", None),
        ("Re\u0301union", "RE"), ("Austria\u200b", "AT"), ("Spain (incl. Canary Islands)", "ES"),
    ],
)  # fmt: skip
def test_names_of_statistical_offices(name: str, code: str | None) -> None:
    """What publishers put beside a country's name does not make it another place's."""
    assert gazetteer().code(name) == code


@pytest.mark.parametrize(
    "name",
    [
        "Southern Africa", "Inner Mongolia", "England", "New England", "Northern Ireland",
        "England and Wales", "Indiana", "Western Australia", "South Australia", "State of Mexico",
        "Upper Austria", "Northern Cyprus", "Punjab (Pakistan)", "Delhi, India", "Gulf of Guinea",
        "Niger Delta", "Île-de-France", "Paris, France", "Peninsular Malaysia", "Denmark East",
        "Italy North", "Sweden SE1", "Atlanta, Georgia", "Georgia (US)", "Peru, Indiana",
        "Federation of Bosnia and Herzegovina", "Greater China", "North China", "Somaliland",
        "Abkhazia (Georgia)", "New Guinea", "British India", "Belgian Congo", "Kuwait City",
        "Sudan (former)", "Turkish Republic of Northern Cyprus", "China's neighbours",
    ],
)  # fmt: skip
def test_parts_of_countries_and_their_neighbours_are_no_country(name: str) -> None:
    """A country's name inside a longer one is another place's."""
    assert gazetteer().code(name) is None


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
