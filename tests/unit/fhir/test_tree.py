"""The detail tree drops nothing and marks what it cannot interpret."""

from datetime import UTC
from decimal import Decimal

import pytest

from smartapp.fhir.elements import tree
from smartapp.fhir.tree import MAX_DEPTH, label_of


def flat(nodes):
    for node in nodes:
        yield node
        yield from flat(node.children)


def nodes_of(resource):
    return {node.path: node for node in flat(tree(resource, UTC))}


def test_a_date_is_put_in_words_and_kept_as_sent():
    node = nodes_of({"resourceType": "Patient", "birthDate": "1958-11-30"})["birthDate"]
    assert (node.label, node.text, node.sent) == ("Birth date", "30-Nov-1958", "1958-11-30")


def test_a_choice_is_labelled_by_its_element():
    node = nodes_of({"resourceType": "Patient", "deceasedBoolean": False})["deceasedBoolean"]
    assert (node.label, node.text, node.sent) == ("Deceased", "No", "false")


def test_an_element_that_r4_does_not_know_is_shown_raw_with_all_below():
    found = nodes_of({"resourceType": "Patient", "moon": {"phase": ["full", {"deep": 1}]}})
    assert found["moon"].raw
    assert found["moon.phase[0]"].text == "full"
    assert found["moon.phase[1].deep"].text == "1"


def test_a_value_of_a_wrong_type_is_raw_and_still_walked():
    found = nodes_of({"resourceType": "Patient", "birthDate": {"year": 1958}, "name": "Ruth"})
    assert found["birthDate"].raw
    assert found["birthDate.year"].text == "1958"
    assert (found["name"].text, found["name"].raw) == ("Ruth", True)


def test_a_null_and_an_empty_list_are_shown_as_sent():
    found = nodes_of({"resourceType": "Patient", "gender": None, "name": []})
    assert (found["gender"].text, found["gender"].raw) == ("null", True)
    assert (found["name"].text, found["name"].raw) == ("[]", True)


def test_the_sibling_of_a_primitive_stands_below_it():
    absent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    sibling = {"extension": [{"url": absent, "valueCode": "masked"}]}
    node = nodes_of({"resourceType": "Patient", "_birthDate": sibling})["birthDate"]
    assert node.missing == "Masked – withheld"
    assert [child.label for child in node.children] == ["Why there is no value"]


def test_a_complex_value_says_its_words_and_keeps_its_parts():
    code = {"coding": [{"system": "http://loinc.org", "code": "718-7"}], "text": "Haemoglobin"}
    node = nodes_of({"resourceType": "Observation", "code": code})["code"]
    assert (node.text, node.folded) == ("Haemoglobin", True)
    assert [coding.code for coding in node.codings] == ["718-7"]
    assert any(child.text == "718-7" for child in flat(node.children))


def test_a_code_inside_a_coding_is_shown_as_sent():
    code = {"coding": [{"code": "final-report"}]}
    found = nodes_of({"resourceType": "Observation", "code": code})
    assert found["code.coding[0].code"].text == "final-report"


def test_an_extension_is_labelled_and_said():
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
    node = nodes_of({"resourceType": "Patient", "extension": [{"url": url, "valueCode": "F"}]})
    assert (node["extension[0]"].label, node["extension[0]"].text) == ("Sex assigned at birth", "F")
    assert node["extension[0].url"].text == url


def test_an_unknown_extension_is_labelled_by_the_end_of_its_address():
    extension = {
        "url": "https://x.example/r4/StructureDefinition/moon-phase",
        "valueString": "full",
    }
    node = nodes_of({"resourceType": "Patient", "extension": [extension]})["extension[0]"]
    assert (node.label, node.text) == ("Moon phase", "full")


def test_a_modifier_extension_comes_first_and_is_told_apart():
    resource = {
        "resourceType": "Patient",
        "gender": "female",
        "modifierExtension": [{"url": "https://x.example/not", "valueBoolean": True}],
    }
    assert tree(resource, UTC)[0].kind == "modifier"


def test_the_narrative_is_kept_as_sent_for_the_page_to_sanitise():
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><b>x</b></div>'
    node = nodes_of({"resourceType": "Patient", "text": {"status": "generated", "div": div}})
    assert (node["text.div"].kind, node["text.div"].text) == ("narrative", div)


def test_base64_data_is_summarised_and_kept_whole():
    node = nodes_of({"resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8="})[
        "data"
    ]
    assert (node.kind, node.text, node.sent) == ("data", "Data, 5 bytes", "aGVsbG8=")


def test_a_contained_resource_is_read_by_its_own_type():
    inside = {"resourceType": "Medication", "id": "m", "code": {"text": "aspirin"}}
    found = nodes_of({"resourceType": "MedicationRequest", "contained": [inside]})
    assert found["contained[0]"].kind == "resource"
    assert found["contained[0].code"].datatype == "CodeableConcept"


def test_what_is_about_the_record_itself_comes_last():
    resource = {"id": "1", "meta": {}, "resourceType": "Patient", "gender": "male"}
    assert [node.path for node in tree(resource, UTC)] == ["resourceType", "gender", "id", "meta"]


def test_a_tree_deeper_than_the_cap_is_shown_as_json():
    deep: object = "bottom"
    for _ in range(MAX_DEPTH + 40):
        deep = {"x": deep}
    texts = [node.text for node in flat(tree({"resourceType": "Patient", "odd": deep}, UTC))]
    assert any("bottom" in text for text in texts)


def test_a_number_in_a_detail_keeps_its_zeros():
    resource = {
        "resourceType": "Observation",
        "valueQuantity": {"value": Decimal("1.10"), "unit": "g"},
    }
    found = nodes_of(resource)
    assert found["valueQuantity.value"].text == "1.10"


@pytest.mark.parametrize(
    ("name", "label"),
    [("clinicalStatus", "Clinical status"), ("id", "Id"), ("url", "URL"), ("_x", "X"), ("", "")],
)
def test_an_elements_name_is_put_in_words(name, label):
    assert label_of(name) == label
