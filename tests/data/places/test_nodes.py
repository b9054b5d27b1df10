import pytest

from factbook.data.places.nodes import Location, NodeSplit
from tests.data.conftest import Load, Refuse
from tests.growth import Work, assert_in_proportion

SHORT = "collection_name,category_name,child_name,property_name,value,unit_name\n"


def _row(child: str, value: int = 1) -> str:
    return f"Generator,Gas,{child},Generation,{value},GWh\n"


def test_longest_node_wins() -> None:
    """A name belongs to the longest node that it begins with, at a blank, _ or its end."""
    split = NodeSplit({"49": Location("DE", "A"), "49_at": Location("AT", "B")})
    assert split.locate("49_AT Bioenergy") == Location("AT", "B")
    assert split.locate("49_AT") == Location("AT", "B")
    assert split.locate("49_AT_1 x") == Location("AT", "B")
    assert split.locate("49_ATX") == Location("DE", "A")
    assert split.locate("49 Gas") == Location("DE", "A")
    assert split.locate("490 Gas") is None
    assert split.locate("X 49") is None


def test_patterns_are_tried_last() -> None:
    """Only a name without a node goes to the patterns, and gets no region."""
    split = NodeSplit({"q_1": Location("AT", "Wien")}, (("q_*", "DE"), ("*", "FR")))
    assert split.locate("Q_1 Gas") == Location("AT", "Wien")
    assert split.locate("q_2") == Location("DE")
    assert split.locate("z") == Location("FR")


def test_unknown_nodes_are_listed_once(load: Load, refuse: Refuse) -> None:
    """Some unknown nodes are a warning with their names, only unknown ones an error."""
    nodes = "Node,Country,City\n101,AT,Wien\n"
    files = {"p/2030.csv": SHORT + _row("101") + _row("zz 1") + _row("zz 2"), "n.csv": nodes}
    dataset, (warning,) = load(files, data={"plexos": "p", "nodes": "n.csv"})
    assert "'zz 1', 'zz 2'" in warning.message
    assert warning.cells == ("row 3", "row 4")
    assert [(c.kind, c.count) for c in dataset.cleanings] == [("unmatched-nodes", 2)]
    assert list(dataset.tables["PLEXOS"].node_series("AT", "Generation", "Gas", "GWh")) == ["Wien"]
    (error,) = refuse({"p/2030.csv": SHORT + _row("zz")}, data={"plexos": "p", "nodes": "n.csv"})
    assert error.code == "data.unknown-nodes"


def test_node_patterns_need_no_split(load: Load, refuse: Refuse) -> None:
    """Patterns alone give countries; a country that is none is refused."""
    files = {"p/2030.csv": SHORT + _row("AT_1", 2) + _row("AT_2", 3) + _row("DE_1", 4)}
    dataset, _ = load(files, data={"plexos": "p", "node_patterns": {"AT*": "at", "DE?1": "DEU"}})
    table = dataset.tables["PLEXOS"]
    assert [place.code for place in dataset.countries] == ["AT", "DE"]
    series = table.series("AT", "Generation", "Gas", "GWh")
    assert series is not None
    assert series.points["2030"].value == 5.0
    findings = refuse(files, data={"plexos": "p", "node_patterns": {"*": "Grmany"}})
    assert findings[0].code == "data.node-pattern"
    assert "Germany" in findings[0].remedy


def test_dropped_places_take_their_nodes_along(load: Load) -> None:
    """Nodes of a dropped place are left out, counted, and not called unknown."""
    nodes = "Node,Country,Region\n101,AT,Wien\n201,DE,Berlin\n"
    files = {"p/2030.csv": SHORT + _row("101") + _row("201"), "n.csv": nodes}
    dataset, warnings = load(files, data={"plexos": "p", "nodes": "n.csv"}, places={"drop": ["DE"]})
    assert [place.code for place in dataset.countries] == ["AT"]
    assert [(c.kind, c.count) for c in dataset.cleanings] == [("dropped-places", 1)]
    assert not warnings


def test_faults_of_the_split_come_at_once(refuse: Refuse) -> None:
    """Blanks, unknown countries and a node in two places are all named."""
    nodes = "Node,Country,Region\n1,AT,Wien\n1,DE,Berlin\n2,Grmany,X\n3,,Y\n1,AT,Wien\n\n"
    findings = refuse(
        {"p/2030.csv": SHORT + _row("1"), "n.csv": nodes}, data={"plexos": "p", "nodes": "n.csv"}
    )
    assert [(finding.code, finding.cells) for finding in findings] == [
        ("data.blank-cells", ("row 5",)),
        ("data.node-twice", ("row 2", "row 3")),
        ("data.unknown-place", ("row 4",)),
    ]


def test_split_without_regions_is_read_with_a_warning(load: Load) -> None:
    """Node and Country are enough for figures by country."""
    files = {"p/2030.csv": SHORT + _row("1"), "n.csv": "Node,Country\n1,Austria\n"}
    dataset, (warning,) = load(files, data={"plexos": "p", "nodes": "n.csv"})
    assert warning.code == "data.no-node-regions"
    assert dataset.tables["PLEXOS"].node_series("AT", "Generation", "Gas", "GWh") == {}


@pytest.mark.slow
def test_name_of_any_length_is_located_in_proportion() -> None:
    """A cell of megabytes with a blank after every letter has as many beginnings as letters."""
    split = NodeSplit({"49": Location("DE"), "49_at": Location("AT")}, (("z*z", "FR"),))

    def locating(length: int) -> Work:
        name = "49" + " a" * length

        def work() -> None:
            for _ in range(20):
                assert split.locate(name) == Location("DE")
                assert split.locate(name[1:]) is None

        return work

    assert_in_proportion(locating, 20_000)


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ({f"a{n}*": "AT" for n in range(301)}, "301 patterns"),
        ({"a" * 101: "AT"}, "one of 101 letters"),
        ({"a" + "*b" * 9: "AT"}, "which has more '*' and '?'"),
    ],
)
def test_patterns_are_bounded(refuse: Refuse, patterns: dict[str, str], found: str) -> None:
    """Each is tried on each node that is not in the split."""
    files = {"p/2030.csv": SHORT + _row("AT_1")}
    findings = refuse(files, data={"plexos": "p", "node_patterns": patterns})
    [finding] = [f for f in findings if f.code == "data.node-patterns"]
    assert found in finding.message
    assert finding.allowed == "at most 300 patterns of 100 letters, with 8 '*' and '?' in each"


def test_tries_of_patterns_are_bounded(refuse: Refuse) -> None:
    """Many patterns and many names: what counts is their product."""
    rows = "".join(_row(f"AT_{n}") for n in range(4000))
    patterns = {f"x{n}*": "AT" for n in range(260)}
    findings = refuse({"p/2030.csv": SHORT + rows}, data={"plexos": "p", "node_patterns": patterns})
    assert findings[0].message.startswith("[data] node_patterns has 260 patterns, and the results")
    assert findings[0].allowed == "at most 1,000,000 tries"


def test_ratios_of_many_properties_are_told_once(load: Load) -> None:
    """Those with several rows for a place and period, and no others."""
    head = "collection_name,category_name,child_name,property_name,value,unit_name\n"
    rows = "".join(
        f"Generator,Gas,{child},{metric},1,{unit}\n"
        for metric, unit, child in (
            ("Price", "EUR/MWh", "AT_1"), ("Price", "EUR/MWh", "AT_2"), ("Load", "%", "AT_1"),
            ("Generation", "GWh", "AT_1"), ("Generation", "GWh", "AT_2"),
        )
    )  # fmt: skip
    _, found = load(
        {"p/2030.csv": head + rows}, data={"plexos": "p", "node_patterns": {"AT*": "AT"}}
    )
    [ratios] = [finding.message for finding in found if finding.code == "data.ratios"]
    assert ratios.endswith("Generator Price (EUR/MWh)")
