"""A record's page: every element, warnings first, and no markup that is not ours."""

from decimal import Decimal
from time import process_time

import pytest

from smartapp.chart.details import clean, detail
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.target import Fetched
from tests.unit.chart.fakes import BASE, NOW, resource
from tests.unit.chart.test_tables import EVIL, table

ENTRIES = list(REGISTRY.values())


def page_of(name="Condition", **elements):
    one = resource(name, **elements)
    return detail(Fetched(one, NOW, False, f"{BASE}/{name}/1"), table(name))


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])
def test_a_record_of_every_type_has_a_title_and_its_id(entry):
    one = page_of(entry.name)
    assert one.title
    assert ">1<" in one.tree


def test_an_element_nobody_knows_is_shown():
    assert "Gauge of the moon" in page_of(unheardOf={"deep": ["Gauge of the moon"]}).tree


def test_nothing_of_a_record_becomes_markup():
    one = page_of(code={"text": EVIL, "coding": [{"system": EVIL, "code": EVIL, "display": EVIL}]})
    assert "<script" not in one.tree
    assert "<img" not in one.tree


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<p style="position:fixed" onclick="x()" class="banner" id="main">x</p>',
        "<style>*{display:none}</style>",
        '<form action="/x"><input name="y"></form>',
        '<svg><script href="data:,x"></script></svg>',
    ],
)
def test_a_narrative_keeps_its_words_and_loses_all_else(html):
    cleaned = clean(f"<div>{html}<b>kept</b></div>")
    assert "<b>kept</b>" in cleaned
    for word in ("script", "style=", "on", "href", "class", "<img", "<form", "<input"):
        assert word not in cleaned.replace("<b>kept</b>", "")


@pytest.mark.parametrize(
    "html",
    ["<div>" * 200_000 + "Kept &lt;i&gt;", f"<b {'x=1 ' * 200_000}>Kept &lt;i&gt;</b>"],
    ids=["deep", "attributes"],
)
def test_a_narrative_beyond_measure_costs_no_minutes_and_keeps_its_words(html):
    started = process_time()
    cleaned = clean(html)
    assert process_time() - started < 5
    assert "Kept &lt;i&gt;" in cleaned
    assert "<div" not in cleaned


def test_a_narratives_table_keeps_its_spans():
    assert 'colspan="2"' in clean('<table><tr><td colspan="2" width="9">x</td></tr></table>')


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        ({"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}, "Entered in error"),
        ({"implicitRules": "http://example.org/rules"}, "http://example.org/rules"),
        ({"verificationStatus": {"coding": [{"code": "refuted"}]}}, "efuted"),
    ],
)
def test_what_changes_the_meaning_is_said_first(elements, text):
    notices = page_of(**elements).notices
    assert text in notices[0].text
    assert notices[0].level == "stop"


def test_raw_json_keeps_the_digits_that_were_sent():
    one = page_of("Observation", valueQuantity={"value": Decimal("1.10")})
    assert '"value": 1.10' in one.raw


def test_a_file_inside_a_record_does_not_fill_the_page():
    one = page_of("Binary", data="QUJD" * 20_000)
    assert len(one.raw) < 1_000
    assert "80,000 characters in all" in one.raw
    assert len(one.tree) < 20_000


def test_another_hosts_reference_is_text():
    one = page_of(recorder={"reference": "https://elsewhere.example/Practitioner/1"})
    assert "https://elsewhere.example/Practitioner/1" in one.tree
    assert "href" not in one.tree


def test_a_contained_resource_is_shown_in_place():
    inside = {"resourceType": "Practitioner", "id": "p", "name": [{"family": "Lund"}]}
    assert "LUND" in page_of(contained=[inside]).tree.upper()


def test_the_codes_behind_a_word_can_be_opened():
    coding = {"system": "http://snomed.info/sct", "code": "195967001", "display": "Asthma"}
    html = page_of(code={"coding": [coding], "text": "Asthma"}).tree
    assert "195967001" in html
    assert "http://snomed.info/sct" in html


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("Observation", "cancelled", "Status: No result – cancelled."),
        ("Observation", "preliminary", "Status: Preliminary."),
        ("MedicationRequest", "draft", "Status: Draft – not an order yet."),
        ("Encounter", "made-up", "Status: made-up."),
    ],
)
def test_a_state_that_changes_how_all_is_read_is_said_before_it(name, state, words):
    assert [note.text for note in page_of(name, status=state).notices] == [words]


def test_a_final_result_needs_no_notice():
    assert page_of("Observation", status="final").notices == ()
