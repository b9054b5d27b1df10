"""Key messages: which sentences open a report and its chapters."""

from __future__ import annotations

import pytest

from factbook.report.key_messages import (
    MOST_MESSAGES,
    MOST_OF_A_PLACE,
    WHOLE_REPORT,
    KeyMessage,
    key_messages,
)
from factbook.sheet.outline import Outline
from factbook.writing.record import Message, SectionRecord
from tests.sections import make_outline, make_record, make_sheet

SHEET = make_sheet({"1.1.1": "country", "1.1.2": "EU", "2.1.1": "country", "3.1.1": "EU"})
WHOLE = make_outline(SHEET).whole()


def message(words: str, score: float, kind: str = "record", about: str = "") -> Message:
    """A message, about something of its own unless said otherwise."""
    return Message(source_text=f"{words} {{F1}}.", kind=kind, about=about or words, score=score)


def records(**messages: Message | tuple[Message, ...]) -> dict[str, SectionRecord]:
    """Records of all sections; those named have messages: ``s111_AT`` for ``1.1.1@AT``."""
    by_id = {section.id: make_record(section.id) for section in WHOLE.sections}
    for name, own in messages.items():
        digits, _, place = name.removeprefix("s").partition("_")
        section_id = f"{'.'.join(digits)}@{place}"
        own = own if isinstance(own, tuple) else (own,)
        by_id[section_id] = by_id[section_id].model_copy(update={"messages": own})
    return by_id


def said(messages: tuple[KeyMessage, ...]) -> list[tuple[str, str]]:
    """Section and first word of each."""
    return [(one.section.id, one.text.split()[0]) for one in messages]


def whole(outline: Outline = WHOLE, **messages: Message | tuple[Message, ...]) -> list[str]:
    """First words of the messages of the whole report."""
    chosen = key_messages(outline, records(**messages))
    return [word for _, word in said(chosen.get(WHOLE_REPORT, ()))]


def test_report_and_chapters_open_with_their_strongest() -> None:
    """Each chapter with its own, the report with those of all; figures are rendered."""
    found = key_messages(
        WHOLE,
        records(
            s111_AT=message("Weak", 40), s112_EU=message("Strong", 90), s211_FR=message("Other", 70)
        ),
    )
    assert {part: said(messages) for part, messages in found.items()} == {
        WHOLE_REPORT: [("1.1.2@EU", "Strong"), ("2.1.1@FR", "Other"), ("1.1.1@AT", "Weak")],
        "1": [("1.1.2@EU", "Strong"), ("1.1.1@AT", "Weak")],
        "2": [("2.1.1@FR", "Other")],
    }
    first = found[WHOLE_REPORT][0]
    assert first.source_text == "Strong {F1}."
    assert first.text == "Strong 6.48\N{NO-BREAK SPACE}TWh."


def test_chapter_of_one_section_has_none_of_its_own() -> None:
    """Its section says it right beneath; the report says it all the same."""
    found = key_messages(WHOLE, records(s311_EU=message("Alone", 90)))
    assert {part: said(messages) for part, messages in found.items()} == {
        WHOLE_REPORT: [("3.1.1@EU", "Alone")]
    }


def test_report_of_one_chapter_says_them_once() -> None:
    """A selection has those of its sections; chapter and report would say the same."""
    chosen = make_outline(SHEET, objective_list=(1,), conclude_report=False).selected()
    found = key_messages(chosen, records(s111_AT=message("Own", 50), s211_FR=message("Else", 90)))
    assert {part: said(messages) for part, messages in found.items()} == {
        WHOLE_REPORT: [("1.1.1@AT", "Own")]
    }


def test_report_of_one_section_has_none() -> None:
    """There is nothing to choose from."""
    chosen = make_outline(SHEET, sub_task_list=("3.1.1",), conclude_report=False).selected()
    assert key_messages(chosen, records(s311_EU=message("Alone", 90))) == {}


def test_what_a_message_is_about_is_told_once() -> None:
    """Whichever section says it; nor is one sentence told twice."""
    assert whole(
        s111_AT=(message("Coal", 60, about="coal"), message("Gas", 50)),
        s211_AT=message("Hard", 70, about="coal"),
        s112_EU=message("Gas", 40, about="other"),
    ) == ["Hard", "Gas"]


def test_messages_differ_in_kind_where_scores_allow() -> None:
    """A little weaker one of another kind comes before a third of the same, a weak one does not."""
    own = {f"s{number}_AT": message(f"Same{number}", 80.0 - at) for at, number in enumerate((111,))}
    others = {
        "s111_FR": message("Same1", 79),
        "s111_GR": message("Same2", 78),
        "s112_EU": message("Same3", 77),
        "s211_FR": message("Same4", 76),
        "s211_GR": message("Same5", 75),
        "s211_AT": message("Turn", 60, kind="turn"),
        "s311_EU": message("Faint", 1, kind="level"),
    }
    found = whole(**own, **others)
    assert len(found) == MOST_MESSAGES
    assert found[-1] == "Turn"  # by its score, though it was not taken last
    assert "Faint" not in found


def test_messages_differ_in_place() -> None:
    """At most two are about one place, however strong a third is."""
    found = key_messages(
        WHOLE,
        records(
            s111_AT=(message("A", 99), message("B", 98, "turn"), message("C", 97, "level")),
            s211_AT=(message("D", 96, "streak"), message("E", 95, "share")),
            s111_FR=message("F", 5),
            s112_EU=message("G", 4),
        ),
    )[WHOLE_REPORT]
    places = [one.section.place.code for one in found]
    assert places.count("AT") == MOST_OF_A_PLACE
    assert set(places) == {"AT", "FR", "EU"}


def test_report_of_one_place_has_as_many_as_others() -> None:
    """Where only one place has something to say nothing is gained by leaving it out."""
    found = whole(
        s111_AT=(message("A", 99), message("B", 98), message("C", 97)),
        s211_AT=(message("D", 96), message("E", 95), message("F", 94)),
    )
    assert found == ["A", "B", "C", "D", "E"]


def test_order_is_by_score_and_then_by_the_sheet() -> None:
    """Also where records come in another order."""
    own = {"s211_FR": message("Late", 50), "s111_AT": message("Early", 50, "turn")}
    made = records(**own, s112_EU=message("Best", 60, "level"))
    for each in (made, dict(reversed(made.items()))):
        chosen = key_messages(WHOLE, each)[WHOLE_REPORT]
        assert [word for _, word in said(chosen)] == ["Best", "Early", "Late"]


def test_generated_and_empty_sections_give_none() -> None:
    """A conclusion says again what sections say; what is not written says nothing."""
    made = records(s111_FR=message("Written", 10))
    conclusion = make_record("conclusion@AT").model_copy(
        update={"messages": (message("Again", 99),)}
    )
    failed = make_record("1.1.1@AT", "failed", source_text="").model_copy(
        update={"messages": (message("Lost", 98),)}
    )
    made |= {one.section_id: one for one in (conclusion, failed)}
    del made["2.1.1@AT"]
    assert said(key_messages(WHOLE, made)[WHOLE_REPORT]) == [("1.1.1@FR", "Written")]


def test_message_cites_nothing() -> None:
    """The numbers of sources mean nothing away from their section."""
    cited = Message(source_text="Wind gave {F1} {S1}.", kind="k", about="a", score=1)
    (found,) = key_messages(WHOLE, records(s111_AT=cited))[WHOLE_REPORT]
    assert found.text == "Wind gave 6.48\N{NO-BREAK SPACE}TWh."


def test_message_without_its_fact_is_an_error() -> None:
    """A figure is never left out in silence."""
    lost = Message(source_text="It was {F9}.", kind="k", about="a", score=1)
    with pytest.raises(KeyError, match="F9"):
        key_messages(WHOLE, records(s111_AT=lost))


def test_messages_of_one_kind_make_room_for_others() -> None:
    """Five shares in a row are a list: something else comes before the second of a kind."""
    shares = {
        f"s{digits}_{place}": message(f"Share{digits}{place}", 80 - at, "makeup")
        for at, (digits, place) in enumerate(
            [("111", "AT"), ("211", "AT"), ("111", "FR"), ("211", "FR"), ("112", "EU")]
        )
    }
    assert "Turn" in whole(**shares, s311_EU=message("Turn", 20, "turn"))


def test_report_does_not_open_with_its_first_chapter_alone() -> None:
    """What a second chapter has to say comes before a third message of the first."""
    found = whole(
        s111_AT=(message("A", 80, "turn"), message("E", 76, "jump")),
        s111_FR=message("B", 79, "streak"),
        s112_EU=message("C", 78, "share"),
        s111_GR=message("D", 77, "level"),
        s211_FR=message("Second", 50, "rank"),
        s311_EU=message("Faint", 5, "crossing"),
    )
    assert ("Second" in found, "Faint" in found) == (True, False)
