from factbook.data.nodes import Location, NodeSplit

from .conftest import Load, Refuse

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
