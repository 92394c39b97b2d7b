"""Data folders: every form of file, references made this server's, and one sentence for a fault."""

import gzip
import json
import re

import pytest

from smartapp.sandbox.loader import LoadError, load
from tests.unit.sandbox.fhir_factory import ehr

BASE = "http://localhost:9000/r4/t"
PATIENT = {"resourceType": "Patient", "id": "1"}


def bundle(kind, *entries):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(resource, **more):
    return {"resource": resource, **more}


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, value in files.items():
            text = value if isinstance(value, bytes) else json.dumps(value).encode()
            (tmp_path / f"{name}.json").write_bytes(text)
        return tmp_path

    return write


def loaded(path):
    return load([path], BASE).resources


@pytest.mark.parametrize(
    "value",
    [
        PATIENT,
        [PATIENT],
        entry(PATIENT),
        {"fullUrl": "https://other.example/Patient/1", "resource": PATIENT},
        [entry(PATIENT)],
        bundle("transaction", entry(PATIENT, request={"method": "POST", "url": "Patient"})),
        bundle("searchset", entry(PATIENT, search={"mode": "match"})),
        bundle("collection", PATIENT),
        bundle("batch", entry(bundle("collection", entry(PATIENT)))),
        {"resourceType": "Bundle", "type": "searchset", "entry": [{"search": {}}, entry(PATIENT)]},
    ],
)
def test_a_resource_is_found_in_every_form_of_file(folder, value):
    assert loaded(folder(file=value)) == {("Patient", "1"): PATIENT}


def test_files_are_found_in_folders_below_and_compressed(tmp_path):
    (tmp_path / "below").mkdir()
    body = gzip.compress(json.dumps(PATIENT).encode())
    (tmp_path / "below" / "patient.json.gz").write_bytes(body)
    (tmp_path / "read.me").write_text("not data")
    assert ("Patient", "1") in loaded(tmp_path)


def test_a_byte_order_mark_is_no_obstacle(folder):
    body = b"\xef\xbb\xbf" + json.dumps(PATIENT).encode()
    assert ("Patient", "1") in loaded(folder(file=body))


def test_decimals_keep_their_digits(folder):
    path = folder(file=b'{"resourceType":"Observation","id":"1","valueQuantity":{"value":1.10}}')
    quantity = loaded(path)["Observation", "1"]["valueQuantity"]
    assert str(quantity["value"]) == "1.10"


def test_references_by_urn_become_this_server_s(folder):
    path = folder(
        file=bundle(
            "transaction",
            entry(PATIENT, fullUrl="urn:uuid:aa"),
            entry(
                {
                    "resourceType": "DocumentReference",
                    "id": "2",
                    "subject": {"reference": "urn:uuid:aa"},
                    "content": [{"attachment": {"url": "urn:uuid:bb"}}],
                    "identifier": [{"value": "urn:uuid:aa"}],
                }
            ),
            entry({"resourceType": "Binary", "id": "3"}, fullUrl="urn:uuid:bb"),
        )
    )
    document = loaded(path)["DocumentReference", "2"]
    assert document["subject"]["reference"] == "Patient/1"
    assert document["content"][0]["attachment"]["url"] == f"{BASE}/Binary/3"
    assert document["identifier"][0]["value"] == "urn:uuid:aa"


def test_a_urn_of_another_file_is_resolved_and_its_own_file_comes_first(folder):
    def patient(id_):
        return bundle("transaction", entry(PATIENT | {"id": id_}, fullUrl="urn:uuid:aa"))

    visit = {"resourceType": "Encounter", "id": "v", "subject": {"reference": "urn:uuid:aa"}}
    own = bundle("transaction", *patient("second")["entry"], entry(visit))
    stranger = visit | {"id": "w"}
    found = loaded(folder(a=patient("first"), b=own, c=stranger))
    assert found["Encounter", "v"]["subject"]["reference"] == "Patient/second"
    assert found["Encounter", "w"]["subject"]["reference"] == "Patient/first"


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("Practitioner?identifier=urn:npi|7", "Practitioner/p"),
        ("Practitioner?identifier=7", "Practitioner/p"),
        ("Practitioner?identifier=urn:npi|8", "Practitioner?identifier=urn:npi|8"),
        ("Practitioner?identifier=urn:npi|9", "Practitioner?identifier=urn:npi|9"),
        ("Practitioner?name=x", "Practitioner?name=x"),
        ("https://other.example/Practitioner/p", "https://other.example/Practitioner/p"),
        ("#contained", "#contained"),
    ],
)
def test_conditional_references_are_resolved_where_one_resource_is_meant(folder, written, resolved):
    def doctor(id_, *values):
        identifiers = [{"system": "urn:npi", "value": value} for value in values]
        return {"resourceType": "Practitioner", "id": id_, "identifier": identifiers}

    note = {"resourceType": "Observation", "id": "o", "performer": [{"reference": written}]}
    found = loaded(folder(a=[doctor("p", "7", "9"), doctor("q", "9"), note]))
    assert found["Observation", "o"]["performer"][0]["reference"] == resolved


def test_a_resource_without_an_id_gets_one_that_stays_the_same(folder):
    body = {"resourceType": "Observation", "status": "final"}
    first = list(loaded(folder(file=body)))
    assert first == list(loaded(folder(file=body)))
    assert re.fullmatch(r"9\d+", first[0][1])


@pytest.mark.parametrize(
    "stated",
    [
        {"request": {"method": "PUT", "url": "Observation/x"}},
        {"fullUrl": "https://other.example/r4/Observation/x"},
        {"fullUrl": "urn:uuid:x"},
    ],
)
def test_an_id_is_taken_from_where_it_is_stated(folder, stated):
    body = {"resourceType": "Observation"}
    assert list(loaded(folder(file=bundle("batch", entry(body, **stated))))) == [
        ("Observation", "x")
    ]


@pytest.mark.parametrize("older_first", [True, False])
def test_of_two_versions_the_newer_is_kept_and_said(folder, older_first):
    older = PATIENT | {"meta": {"lastUpdated": "2026-01-01T23:30:00-05:00"}, "gender": "male"}
    newer = PATIENT | {"meta": {"lastUpdated": "2026-01-02T05:00:00Z"}, "gender": "female"}
    files = {"a": older, "b": newer} if older_first else {"a": newer, "b": older}
    result = load([folder(**files)], BASE)
    assert result.resources["Patient", "1"]["gender"] == "female"
    notes = [note for note in result.notes if "Patient/1" in note]
    assert len(notes) == 1
    assert "a.json" in notes[0]
    assert "b.json" in notes[0]


def test_the_same_resource_twice_is_no_news(folder):
    result = load([folder(a=PATIENT, b=PATIENT)], BASE)
    assert not any("Patient/1" in note for note in result.notes)


def test_what_is_no_resource_is_passed_over_and_named(folder):
    result = load([folder(a=PATIENT, jwks={"keys": []}, number=5)], BASE)
    assert list(result.resources) == [("Patient", "1")]
    assert any("jwks.json" in note and "number.json" in note for note in result.notes)


def test_types_that_are_not_served_are_kept_and_named(folder):
    result = load([folder(a={"resourceType": "Claim", "id": "1"})], BASE)
    assert ("Claim", "1") in result.resources
    assert any("Claim (1)" in note for note in result.notes)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is not JSON"),
        (b'{"resourceType":', "is not JSON"),
        (b"\xff\xfe{}", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_a_broken_file_is_named_in_one_sentence(folder, body, words):
    with pytest.raises(LoadError, match=words) as caught:
        load([folder(good=PATIENT, broken=body)], BASE)
    assert "broken.json" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b"{}", mtime=0)[:-6]])
def test_a_broken_archive_is_named_in_one_sentence(tmp_path, body):
    (tmp_path / "broken.json.gz").write_bytes(body)
    with pytest.raises(LoadError, match=r"broken\.json\.gz is not a whole gzip file"):
        load([tmp_path], BASE)


def test_a_folder_that_is_none_is_named(tmp_path):
    with pytest.raises(LoadError, match="does not exist"):
        load([tmp_path / "nowhere"], BASE)
    (tmp_path / "file").write_text("")
    with pytest.raises(LoadError, match="is not a folder"):
        load([tmp_path / "file"], BASE)
    with pytest.raises(LoadError, match="holds no"):
        load([tmp_path], BASE)


async def test_loaded_records_are_shown_however_incomplete_they_are(folder):
    patient = {"reference": "Patient/nobody"}
    path = folder(
        file=[
            {"resourceType": "Procedure", "id": "1", "subject": patient},
            {"resourceType": "DocumentReference", "id": "2", "subject": patient},
            {"resourceType": "CareTeam", "id": "3", "subject": patient, "status": "inactive"},
            {"resourceType": "Appointment", "id": "4", "participant": [{"actor": patient}]},
        ]
    )
    window = "date=ge2026-01-01T00:00:00Z&date=lt2026-02-01T00:00:00Z"
    async with ehr(data_dirs=(path,)) as one:
        assert await one.ids("Procedure?patient=nobody") == ["1"]
        assert await one.ids("DocumentReference?patient=nobody") == ["2"]
        assert await one.ids("CareTeam?patient=nobody") == ["3"]
        assert await one.ids(f"Appointment?patient=nobody&{window}") == ["4"]
        assert (await one.get("Patient/nobody")).status_code == 200


async def test_loaded_records_survive_a_reset(folder):
    async with ehr(data_dirs=(folder(file=PATIENT),)) as one:
        one.state.reset()
        assert (await one.get("Patient/1", **one.token())).status_code == 200
