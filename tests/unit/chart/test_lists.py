"""A list: counts, filters, order, windows, and places that nobody can forge."""

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from django.http import Http404

from smartapp.chart import lists
from smartapp.chart.asks import FIND, STATUS, Ask, Context
from smartapp.chart.frame import reach_of
from smartapp.chart.lists import View, listed, seal, unseal
from smartapp.fhir.bundles import Issue
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.target import Cursor
from smartapp.sealed import envelope
from tests.unit.chart.fakes import NOW, launch, page, resource

CONDITION = REGISTRY["Condition"]
CURSOR = Cursor("Condition?patient=1&page=2", 0, 1000, None)


def conditions(count):
    return [
        resource(
            "Condition",
            number,
            code={"text": f"Problem {number}"},
            clinicalStatus={"coding": [{"code": "active" if number % 2 else "resolved"}]},
            recordedDate=f"{2000 + number % 20}-01-01",
        )
        for number in range(count)
    ]


def ask_of(found, **data):
    reached = reach_of(found, CONDITION)
    ask = Ask(reached, reached.listing.ways[0], Context(found.zone, NOW.date()), data)
    assert ask.is_valid(), ask.errors
    return ask


def said(*matches, data=None, view=None, **facts):
    found = launch()
    answer = page(CONDITION, *matches, **facts)
    return listed(found, CONDITION, answer, ask_of(found, **(data or {})), view or View())


def order_of(html):
    return [part.split("<")[0] for part in html.split("Problem ")[1:]]


def test_a_list_says_its_count_scope_and_time():
    one = said(*conditions(3))
    assert one.count == "3 records"
    assert "all that the EHR shows you" in one.scope
    assert "fetched" in one.scope


@pytest.mark.parametrize(
    ("view", "facts"),
    [(View(), {"complete": False, "stopped": "It has more."}), (View(cursor="sealed"), {})],
)
def test_a_part_of_a_list_is_never_called_all(view, facts):
    one = said(*conditions(3), view=view, **facts)
    assert "a part of what the EHR has" in one.scope
    assert "all that" not in one.scope


def test_a_cached_list_says_so():
    assert "from the cache of" in said(*conditions(3), cached=True).scope


def test_only_a_window_is_written_and_the_rest_is_offered():
    one = said(*conditions(250))
    assert one.rows.count("<tr") == 100
    assert one.more_url == "?start=100"
    assert one.shown == "Rows 1 to 100 of 250"


def test_the_last_window_offers_no_more_but_the_way_back():
    one = said(*conditions(250), view=View(start=200))
    assert one.rows.count("<tr") == 50
    assert not one.more_url
    assert one.back_url == "?start=100"


def test_newest_comes_first():
    one = said(*conditions(5))
    assert order_of(one.rows) == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [(1, ["0", "1", "2"]), (-1, ["2", "1", "0"]), (99, ["2", "1", "0"])],
)
def test_a_column_sorts_both_ways_and_an_unknown_one_not_at_all(sort, expected):
    assert order_of(said(*conditions(3), view=View(sort=sort)).rows) == expected


def test_the_sorted_column_is_marked_and_turns_round():
    first = said(*conditions(2), view=View(sort=1)).columns[0]
    assert first.sorted == "ascending"
    assert first.url == "?sort=-1"


def test_a_filter_states_both_counts_and_can_be_cleared():
    one = said(*conditions(10), data={STATUS: "Active"})
    assert one.filtered.startswith("5 of 10 shown: Status as shown “Active”")
    assert one.clear_url == "?"


def test_a_text_narrows_by_what_the_columns_say():
    one = said(*conditions(20), data={FIND: "problem 7"})
    assert one.filtered.startswith("1 of 20 shown")


def test_filters_that_leave_nothing_are_not_an_empty_record():
    one = said(*conditions(3), data={FIND: "nowhere"})
    assert not one.rows
    assert one.empty == "The filters leave no record to show."


def test_withdrawn_records_are_counted_and_can_be_revealed():
    wrong = resource("Condition", 9, verificationStatus={"coding": [{"code": "entered-in-error"}]})
    hidden, shown = said(wrong), said(wrong, view=View(reveal=True))
    assert hidden.hidden == "1 hidden as entered in error."
    assert hidden.empty == "Only records entered in error were sent."
    assert 'class="withdrawn"' in shown.rows


def test_an_empty_list_says_that_the_ehr_has_none():
    assert said().empty.startswith("None recorded. Riverside was asked")


def test_nothing_found_for_a_choice_is_not_nothing_recorded():
    one = said(data={"clinical-status": "active"})
    assert one.empty == "Riverside was asked and shows you none that matches."


def test_an_empty_but_unfinished_list_never_says_so():
    assert said(complete=False, stopped="It broke.").empty.startswith("Incomplete.")


def test_a_list_that_stopped_says_why_and_offers_the_rest_by_a_sealed_place():
    one = said(*conditions(3), complete=False, stopped="Cut at the cap.", cursor=CURSOR)
    note = one.notices[0]
    assert note.text == "Incomplete: Cut at the cap."
    assert one.count == "3 or more records"
    token = parse_qs(note.url[1:])["cursor"][0]
    assert unseal(launch(), CONDITION, token) == CURSOR


def test_a_place_in_a_list_shows_nothing_of_the_ehrs_query():
    token = seal(launch(), CONDITION, replace(CURSOR, query="Condition?patient=canary-4711"))
    assert "canary" not in str([token, urlsafe_b64decode(token.split(".")[1])])


def test_the_ehrs_own_words_are_shown():
    issue = Issue("warning", "suppressed", "One item was withheld.")
    notes = [note.text for note in said(*conditions(1), issues=(issue,)).notices]
    assert "The EHR says: One item was withheld." in notes


def test_a_changed_place_is_refused():
    token = seal(launch(), CONDITION, CURSOR)
    with pytest.raises(Http404):
        unseal(launch(), CONDITION, token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_a_place_of_another_launch_is_refused():
    other = launch(pk="22222222-2222-4333-8444-555555555555")
    with pytest.raises(Http404):
        unseal(launch(), CONDITION, seal(other, CONDITION, CURSOR))


def test_a_place_of_another_type_is_refused():
    with pytest.raises(Http404):
        unseal(launch(), REGISTRY["Goal"], seal(launch(), CONDITION, CURSOR))


@pytest.mark.parametrize("place", [["x"], "words", {"a": 1}, None])
def test_a_sealed_place_of_another_shape_is_refused(place):
    token = envelope.seal(lists.salt(launch(), CONDITION), json.dumps(place))
    with pytest.raises(Http404):
        unseal(launch(), CONDITION, token)


@pytest.mark.parametrize("query", [{"start": "-1"}, {"start": "x"}, {"sort": "a"}, {"way": "-2"}])
def test_an_address_we_would_not_write_is_no_page(query):
    with pytest.raises(Http404):
        View.of(query)


def test_a_view_goes_through_its_address_and_back():
    view = View(sort=-2, start=100, reveal=True, cursor="c", chosen="v", way=1)
    query = {name: values[0] for name, values in parse_qs(view.url()[1:]).items()}
    assert View.of(query) == view


def test_filters_offer_the_codes_that_were_loaded():
    found = launch()
    ask = ask_of(found)
    lists.options(CONDITION, page(CONDITION, *conditions(3)), ask)
    labels = [label for _, label in ask.fields[STATUS].widget.choices]
    assert labels == ["All", "Active", "Resolved"]
