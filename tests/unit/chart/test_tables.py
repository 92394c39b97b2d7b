"""Rows: what is hidden, blocked and negated, and that nothing from an EHR becomes markup."""

import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from smartapp.chart.markup import Links, words
from smartapp.chart.tables import LONGEST, Table, age_of, age_text, split
from smartapp.fhir.display import Shown
from smartapp.fhir.types import REGISTRY
from tests.unit.chart.fakes import BASE, NOW, resource

LINKS = Links("/launches/x/records/", BASE)
ZONE = ZoneInfo("America/Chicago")
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
ENTRIES = list(REGISTRY.values())
RESOLVED = {"clinicalStatus": {"coding": [{"code": "resolved"}]}}


def table(name):
    return Table(REGISTRY[name], ZONE, LINKS)


def concept(text):
    return {"text": text}


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])
def test_a_bare_record_of_every_type_is_a_row_that_opens_it(entry):
    html = Table(entry, ZONE, LINKS).rows([resource(entry.name, "7")])
    assert f'href="/launches/x/records/{entry.name}/7/"' in html
    assert html.count("<td") == len(entry.columns)


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])
def test_a_bare_record_of_every_type_is_a_row_of_a_card(entry):
    assert "<li><a " in Table(entry, ZONE, LINKS).brief([resource(entry.name, "7")])


def test_nothing_of_a_record_becomes_markup():
    one = resource("Condition", EVIL, code=concept(EVIL), note=[{"text": EVIL}])
    for html in (table("Condition").rows([one]), table("Condition").brief([one])):
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html


def test_a_withdrawn_row_is_struck_through_and_says_why():
    one = resource(
        "Condition",
        code=concept("Asthma"),
        verificationStatus={"coding": [{"code": "entered-in-error"}]},
    )
    html = table("Condition").rows([one])
    assert "Entered in error" in html
    assert "<s>Asthma</s>" in html


def test_withdrawn_records_are_told_apart():
    wrong = resource("Observation", 1, status="entered-in-error")
    right = resource("Observation", 2, status="final")
    assert split([wrong, right]).live == (right,)
    assert split([wrong, right]).withdrawn == (wrong,)


@pytest.mark.parametrize(
    "extra",
    [
        {"modifierExtension": [{"url": "http://example.org/opposite", "valueBoolean": True}]},
        {"implicitRules": "http://example.org/rules"},
    ],
)
def test_a_record_with_an_unknown_modifier_shows_no_fact(extra):
    one = resource("Condition", code=concept("Asthma"), **extra)
    for html in (table("Condition").rows([one]), table("Condition").brief([one])):
        assert "Asthma" not in html
        assert "Not shown" in html
        assert "http://example.org/" in html


def test_what_was_not_done_is_said_before_what_it_was():
    one = resource("Procedure", status="not-done", code=concept("Biopsy"))
    html = table("Procedure").rows([one])
    assert html.index("NOT DONE") < html.index("Biopsy")


def test_a_reference_to_this_ehr_is_a_link_and_to_another_host_is_not():
    here = Shown("Dr Lund", reference="Practitioner/9")
    there = Shown("Dr Lund", reference="https://elsewhere.example/Practitioner/9")
    assert words(here, LINKS) == '<a href="/launches/x/records/Practitioner/9/">Dr Lund</a>'
    assert words(there, LINKS) == "Dr Lund"


@pytest.mark.parametrize("bad", ["..", ".", "a/b", "", None, 7])
def test_an_id_that_would_lead_elsewhere_gets_no_link(bad):
    assert LINKS.detail("Condition", bad) == ""


def test_a_type_we_do_not_know_gets_no_link():
    assert LINKS.follow("Basic/1") == ""


def test_why_a_value_is_missing_is_said():
    assert ">Masked" in words(Shown(missing="Masked – withheld"))


def test_what_a_screen_reader_says_stands_beside_the_sign():
    html = words(Shown("<0.01", spoken="less than 0.01"))
    assert "&lt;0.01" in html
    assert "less than 0.01" in html


def test_digits_stay_as_sent():
    value = {"value": Decimal("1.10"), "unit": "mg"}
    html = table("Observation").rows([resource("Observation", valueQuantity=value)])
    assert "1.10 mg" in html


def test_the_first_three_cells_never_stay_blank():
    html = table("Condition").rows([resource("Condition")])
    assert html.count("Not recorded") == 3


def test_a_text_as_long_as_a_page_is_cut_in_a_card_and_says_so():
    one = resource("Condition", code=concept("x" * (LONGEST + 1)))
    html = table("Condition").brief([one])
    assert "more on its page" in html
    assert "x" * (LONGEST + 1) in table("Condition").rows([one])


def test_a_date_is_not_cut_at_a_line_end():
    html = words(Shown("14-Jul-2026 08:10 −05:00", kind="dateTime"))
    assert re.findall(r'class="nowrap">([^<]+)<', html) == ["14-Jul-2026", "08:10 −05:00"]


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("Observation", {"status": "preliminary"}, ["Preliminary"]),
        ("Encounter", {"status": "cancelled"}, ["Cancelled"]),
        ("Encounter", {"status": "planned"}, ["Planned"]),
        ("Appointment", {"status": "noshow"}, ["Did not attend"]),
        ("DocumentReference", {"status": "superseded"}, ["Superseded"]),
        (
            "DocumentReference",
            {"status": "current", "docStatus": "preliminary"},
            ["Current, UNSIGNED"],
        ),
        (
            "AllergyIntolerance",
            {"clinicalStatus": {"coding": [{"code": "resolved"}]}},
            ["Resolved"],
        ),
        ("Practitioner", {"active": False}, ["Inactive"]),
        ("Encounter", {"status": "made-up"}, ["made-up"]),
        ("Observation", {"status": "final"}, []),
        ("Encounter", {"status": "finished"}, []),
        ("Condition", RESOLVED, []),
        ("MedicationRequest", {"category": [concept("Inpatient")]}, ["Inpatient"]),
    ],
)
def test_a_state_that_a_narrow_row_has_no_column_for_stands_before_the_record(name, state, words):
    one = resource(name, **state)
    for html in (table(name).brief([one]), table(name).rows([one])):
        assert re.findall(r'class="tag[^"]*">([^<]+)<', html) == words


def test_text_is_found_in_any_column_whatever_its_case():
    one = resource("Condition", code=concept("Asthma"), note=[{"text": "Since SPRING"}])
    assert table("Condition").matches(one, "spring")
    assert not table("Condition").matches(one, "winter")


@pytest.mark.parametrize(
    ("hours", "text"),
    [(0.5, "less than 1 h old"), (5, "5 h old"), (72, "3 d old"), (24 * 800, "2 y old"), (-1, "")],
)
def test_the_age_of_data_in_words(hours, text):
    assert age_text(NOW.timestamp() - hours * 3600, NOW) == text


def test_undated_data_has_no_age():
    assert age_text(None, NOW) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-11-20T13:00:00Z", "1 h old"),
        ("2026-11-20", "from today"),
        ("2026-11-19", "1 d old"),
        ("2017-04", "from Apr-2017"),
        ("2018", "from 2018"),
        ("2026-11-21", ""),
        (None, ""),
    ],
)
def test_data_is_no_more_exactly_old_than_its_date_is_given(value, text):
    assert age_of(value, NOW, ZONE) == text
