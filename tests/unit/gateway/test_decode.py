"""Bytes to JSON: strict and bounded."""

import json
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartapp.gateway import decode
from smartapp.gateway.answer import Answer
from smartapp.gateway.decode import DEPTH, Unreadable, depth


def answer(body, content_type="application/fhir+json"):
    headers = httpx.Headers({"content-type": content_type} if content_type else {})
    return Answer(200, body, headers, "https://ehr.example.test/x")


def nested(levels):
    return b'{"resourceType":"Basic","a":' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"1", 0),
        (b"{}", 1),
        (b'{"a":[{"b":1}]}', 3),
        (b'{"a":"{{[["}', 1),
        (rb'{"a":"\"{[\\"}', 1),
        (rb'{"a":"\\\"{","b":[1]}', 2),
        (b"[[]", DEPTH + 1),
        (b"[" * 64 + b"]" * 64, 64),
        (b"[" * 65 + b"]" * 65, DEPTH + 1),
        (b"[" * 100_000 + b"]" * 100_000, DEPTH + 1),
    ],
)
def test_depth_is_counted_without_recursion(body, expected):
    assert depth(body) == expected


@pytest.mark.parametrize(
    "kind",
    [
        "application/fhir+json; charset=utf-8",
        "application/json",
        "application/json+fhir",
        "text/json",
        "",
    ],
)
def test_json_is_read_under_any_of_its_names(kind):
    assert decode.resource(answer(b'{"resourceType":"Basic"}', kind))["resourceType"] == "Basic"


def test_numbers_keep_their_zeros():
    found = decode.resource(answer(b'{"resourceType":"X","a":1.10,"b":3,"c":1e2}'))
    assert (str(found["a"]), found["b"], found["c"]) == ("1.10", 3, Decimal("1E+2"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"null",
        b"[]",
        b"{}",
        b'{"resourceType":1}',
        b'\xef\xbb\xbf{"resourceType":"X"}',
        b'{"resourceType":"X"',
        b'{"resourceType":"X"}trailing',
        b'{"resourceType":"X","a":"\xff"}',
        b'{"resourceType":"X","a":NaN}',
        b'{"resourceType":"X","a":1e99999}',
        b'{"resourceType":"X","a":1.' + b"1" * 100 + b"}",
        b'{"resourceType":"X","a":' + b"9" * 5000 + b"}",
        b"<html></html>",
        nested(70),
        nested(3000),
        nested(200_000),
    ],
)
def test_what_is_not_strict_json_is_refused(body):
    with pytest.raises(Unreadable):
        decode.resource(answer(body))


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/fhir+xml", "image/png"])
def test_json_under_a_foreign_name_is_refused(kind):
    with pytest.raises(Unreadable, match="not JSON"):
        decode.resource(answer(b'{"resourceType":"X"}', kind))


GOOD = b'{"resource":{"resourceType":"Observation","id":"a"}}'


@pytest.mark.parametrize(
    "poison",
    [
        b"null",
        b"7",
        b'{"resource":null}',
        b'{"resource":[]}',
        b'{"resource":{"id":"x"}}',
        b'{"resource":{"resourceType":7}}',
        b'{"resource":{"resourceType":"Observation","id":5}}',
        b'{"resource":{"resourceType":"Observation","meta":[]}}',
        b'{"resource":{"resourceType":"Observation"},"search":"match"}',
        b'{"resource":' + nested(300) + b"}",
        b'{"resource":{"resourceType":"X","a":1e99999}}',
        b'{"resource":{"resourceType":"X","a":' + b"9" * 6000 + b"}}",
        b'{"resource":{"resourceType":"X","a":"\xff"}}',
    ],
)
def test_a_poisoned_entry_is_left_out_and_counted(poison):
    body = b'{"resourceType":"Bundle","total":2,"entry":[' + poison + b"," + GOOD + b"]}"
    bundle, unreadable = decode.bundle(answer(body))
    assert [entry["resource"]["id"] for entry in bundle["entry"]] == ["a"]
    assert (unreadable, bundle["total"]) == (1, 2)


@pytest.mark.parametrize(
    "body",
    [
        b'{"resourceType":"Bundle","entry":[' + GOOD + b",",
        b'{"resourceType":"Bundle","entry":[' + GOOD,
        b'{"resourceType":"Bundle","entry":{}}',
        b'{"resourceType":"Bundle","entry":[' + nested(200_000) + b"]}",
        b'{"resourceType":"Bundle","x":' + b"[" * 80 + b"]" * 80 + b',"entry":[]}',
    ],
)
def test_nothing_of_a_broken_bundle_is_used(body):
    with pytest.raises(Unreadable):
        decode.bundle(answer(body))


OUTCOME = (
    b'{"resourceType":"OperationOutcome","issue":'
    b'[{"severity":"error","code":"invalid","details":{"text":"No"}}]}'
)


@pytest.mark.parametrize(
    ("body", "kind", "texts"),
    [
        (OUTCOME, "application/fhir+json", ["No"]),
        (
            b'{"code":403,"message":"insufficient_scope"}',
            "application/json",
            ["insufficient_scope"],
        ),
        (
            b"no supported search parameters provided",
            "text/plain; charset=utf-8",
            ["no supported search parameters provided"],
        ),
        (b"a\x1bb" + b"x" * 900, "text/plain", ["a b" + "x" * 497]),
        (b"", "text/plain", []),
        (b"", "", []),
        (b"{", "application/json", []),
        (b'{"error":1}', "application/json", []),
        (b"<h1>Proxy</h1>", "text/html", []),
    ],
)
def test_an_error_body_gives_its_words_in_every_known_form(body, kind, texts):
    assert [issue.text for issue in decode.issues(answer(body, kind))] == texts


JSON = st.recursive(
    st.none()
    | st.integers(-9, 9)
    | st.text(max_size=12)
    | st.sampled_from(['"', "\\", '{"[', "]}"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=40,
)


def plainly(value):
    """How deep a value nests, by walking it."""
    if isinstance(value, dict):
        return 1 + max(map(plainly, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(plainly, value), default=0)
    return 0


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_depth_agrees_with_a_walk_over_the_decoded_value(value, indent, ascii_only):
    body = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    assert depth(body) == plainly(value)
