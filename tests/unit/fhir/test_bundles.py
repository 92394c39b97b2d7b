"""Bundles taken apart; what cannot be read whole is refused."""

import pytest

from smartapp.fhir import bundles


def entry(type_name, mode=None, **fields):
    found = {"resource": {"resourceType": type_name, **fields}}
    return found | ({"search": {"mode": mode}} if mode else {})


def bundle(*entries, **fields):
    return {"resourceType": "Bundle", "type": "searchset", "entry": list(entries), **fields}


def test_matches_includes_and_outcomes_are_told_apart():
    outcome = entry(
        "OperationOutcome", "outcome", issue=[{"severity": "warning", "code": "suppressed"}]
    )
    parsed = bundles.parse(
        bundle(entry("Goal", "match", id="1"), entry("Provenance", "include", id="2"), outcome)
    )
    assert [row["id"] for row in parsed.matches] == ["1"]
    assert [row["id"] for row in parsed.includes] == ["2"]
    assert parsed.issues == (bundles.Issue("warning", "suppressed", ""),)


def test_an_entry_without_a_mode_is_an_include_if_it_is_of_another_type():
    parsed = bundles.parse(bundle(entry("Goal", id="1"), entry("Provenance", id="2")), "Goal")
    assert [row["id"] for row in parsed.matches] == ["1"]
    assert [row["id"] for row in parsed.includes] == ["2"]


def test_an_outcome_without_a_mode_is_an_issue_and_never_a_row():
    parsed = bundles.parse(bundle(entry("OperationOutcome", issue=[{"severity": "error"}])))
    assert parsed.matches == ()
    assert parsed.issues[0].severity == "error"


def test_the_next_page_and_the_claimed_total_are_found():
    link = [{"relation": "self", "url": "a"}, {"relation": "next", "url": "b"}]
    parsed = bundles.parse(bundle(link=link, total=7))
    assert (parsed.next_url, parsed.total) == ("b", 7)


def test_a_bundle_without_entries_is_empty():
    parsed = bundles.parse({"resourceType": "Bundle"})
    assert (parsed.matches, parsed.next_url, parsed.total) == ((), None, None)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "Bundle",
        {"resourceType": "Patient"},
        {"resourceType": "Bundle", "entry": {}},
        bundle(7),
        bundle({"fullUrl": "x"}),
        bundle({"resource": {"id": "1"}}),
        bundle({"resource": {"resourceType": 7}}),
        bundle(link=[{"relation": "next"}]),
    ],
)
def test_an_answer_that_cannot_be_read_whole_is_refused(answer):
    with pytest.raises(bundles.BundleError):
        bundles.parse(answer)


def row(version, updated, id_="1"):
    meta = {"versionId": version} | ({"lastUpdated": updated} if updated else {})
    return {"resourceType": "Goal", "id": id_, "meta": meta}


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", "a"),
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "b"),
        ("2026-01-01T00:00:00+02:00", "2026-01-01T00:00:00Z", "b"),
        (None, None, "b"),
        ("2026-01-01T00:00:00Z", None, "a"),
    ],
)
def test_of_an_id_seen_twice_the_newest_version_is_kept(first, second, kept):
    [found] = bundles.newest([row("a", first), row("b", second)])
    assert found["meta"]["versionId"] == kept


def test_the_same_id_of_two_types_and_rows_without_an_id_are_all_kept():
    rows = [
        row("a", None),
        {"resourceType": "Patient", "id": "1"},
        {"resourceType": "Goal"},
        {"resourceType": "Goal"},
    ]
    assert len(bundles.newest(rows)) == 4


@pytest.mark.parametrize(
    ("issue", "text"),
    [
        ({"details": {"text": "Not Found"}}, "Not Found"),
        ({"diagnostics": "why", "details": {"text": "what"}}, "what – why"),
        ({"location": ["/f:Patient/f:name"]}, "/f:Patient/f:name"),
        ({"details": {"coding": [{"display": "Too costly"}]}}, "Too costly"),
        ({}, ""),
        ({"details": 7, "diagnostics": []}, ""),
    ],
)
def test_an_issue_is_said_in_the_servers_own_words(issue, text):
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    assert bundles.issues_of(outcome)[0].text == text


@pytest.mark.parametrize(
    "answer", [None, "x", {}, {"resourceType": "OperationOutcome", "issue": "x"}]
)
def test_what_is_no_outcome_has_no_issues(answer):
    assert bundles.issues_of(answer) == ()
