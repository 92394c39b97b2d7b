"""Servers to be met: their habits by name, and what the app says where it cannot follow them."""

from dataclasses import replace

from smartapp.fhir.scopes import to_v1, to_v2
from tests.integration.other_ehr import BASE, HOST, Habits
from tests.integration.other_ehr_fhir import OBSERVATIONS

SMART_1 = Habits(
    well_known="missing",
    openid=False,
    scopes=lambda asked: "launch patient/*.read",
    errors="html",
)
PLAIN = Habits()

HABITS = {
    "SMART 2.2": PLAIN,
    "SMART 1.0, known by its metadata alone": SMART_1,
    "SMART 1.0 that issues id_tokens under its FHIR base": replace(
        SMART_1, openid=True, openid_in="openid-configuration", issuer=BASE
    ),
    "an issuer with a slash, and RFC 9207": replace(
        PLAIN, issuer=f"{HOST}/realm/", iss_in_answer=True
    ),
    "a base with a slash": replace(PLAIN, base=f"{BASE}/"),
    "a deep base with a slash": replace(PLAIN, base=f"{HOST}/a/b-c/t_1/fhir.r4/"),
    "a base at the root": replace(PLAIN, base=HOST),
    "relative endpoints": replace(PLAIN, endpoints_are_relative=True),
    "no searchParam in its statement": replace(PLAIN, statement="none"),
    "patients only by subject": replace(PLAIN, statement="subject", lists_by=("subject",)),
    "no statement": replace(PLAIN, statement="down"),
    "HTML for a statement": replace(PLAIN, statement="html"),
    "next links that are a query": replace(PLAIN, cap=5, next="query"),
    "next links relative to the base": replace(PLAIN, cap=5, next="path"),
    "next links relative to the host": replace(PLAIN, cap=5, next="rooted"),
    "next links in capitals and with the port": replace(PLAIN, cap=5, next="default port"),
    "five on a page": replace(PLAIN, cap=5),
    "five on a page, base with a slash": replace(PLAIN, cap=5, base=f"{BASE}/", next="path"),
    "no total": replace(PLAIN, total="none", cap=5),
    "a total that is text": replace(PLAIN, total="text"),
    "a total of one page": replace(PLAIN, total="fewer", cap=5),
    "application/json": replace(PLAIN, media="application/json; charset=UTF-8"),
    "JSON of an older name": replace(PLAIN, media="application/json+fhir"),
    "no content type": replace(PLAIN, media=""),
    "absolute references": replace(PLAIN, references="absolute"),
    "absolute references under a base with a slash": replace(
        PLAIN, references="absolute", base=f"{BASE}/"
    ),
    "versioned references": replace(PLAIN, references="versioned"),
    "ids of digits": replace(PLAIN, ids="digits", token={"patient": "1"}),
    "no search.mode": replace(PLAIN, modes=False),
    "HTML for errors": replace(PLAIN, errors="html"),
    "no expires_in": replace(PLAIN, token_without=("expires_in",)),
    "expires_in as text": replace(PLAIN, token={"expires_in": "3600"}),
    "bearer in small letters": replace(PLAIN, token={"token_type": "bearer"}),
    "a token answer called text": replace(PLAIN, token_media="text/plain"),
    "no scope in the answer": replace(PLAIN, scopes=lambda asked: None),
    "scopes in the older version": replace(PLAIN, scopes=to_v1),
    "scopes in the newer version": replace(PLAIN, capabilities=("launch-ehr",), scopes=to_v2),
    "scopes split by right": replace(
        PLAIN,
        scopes=lambda asked: " ".join(
            one.replace(".rs", right) for one in asked.split() for right in (".r", ".s")
        ),
    ),
    "scopes of a patient for those of a user": replace(
        PLAIN, scopes=lambda asked: asked.replace("user/", "patient/")
    ),
    "scopes with addresses": replace(
        PLAIN,
        scopes=lambda asked: asked.replace("user/", "http://smarthealthit.org/fhir/scopes/user/"),
    ),
    "wildcards asked and granted": replace(
        PLAIN, scopes_supported=("openid", "fhirUser", "launch", "patient/*.rs", "user/*.rs")
    ),
    "scopes of the newer version refused": replace(
        PLAIN, refuses_scopes=lambda asked: ".rs" in asked
    ),
    "client_secret_post": replace(
        PLAIN, client_auth="post", auth_methods=("client_secret_post", "private_key_jwt")
    ),
    "client_secret_basic": replace(PLAIN, client_auth="basic"),
    "private_key_jwt": replace(PLAIN, client_auth="jwt"),
    "no POST": replace(PLAIN, posts="no"),
}


SAID = {
    "next links on another port": (
        replace(PLAIN, cap=5, next="port"),
        "The link to the next page was not followed: the address is on another host",
    ),
    "next links on another host": (
        replace(PLAIN, cap=5, next="host"),
        "The link to the next page was not followed: the address is on another host",
    ),
    "next links without TLS": (
        replace(PLAIN, cap=5, next="http"),
        "The link to the next page was not followed: the address is on another host",
    ),
    "a total above what is sent": (
        replace(PLAIN, total="more"),
        f"The EHR counts {OBSERVATIONS + 7} but sent {OBSERVATIONS}.",
    ),
}


NUMBERED = replace(PLAIN, ids="number", token={"patient": 1})
REFUSED = {
    "scopes that no version pleases": (
        replace(PLAIN, refuses_scopes=lambda asked: True),
        502,
        "does not know what the app asked for",
    ),
    "a token answer in HTML": (
        replace(PLAIN, token_without=("access_token",), token={"error_description": "x"}),
        502,
        "gave no usable answer",
    ),
    "a token of another kind": (
        replace(PLAIN, token={"token_type": "mac"}),
        502,
        "gave no usable answer",
    ),
    "no scope granted": (
        replace(PLAIN, scopes=lambda asked: ""),
        403,
        "did not permit this app to read",
    ),
    "ids that are numbers": (NUMBERED, 502, "could not be shown safely"),
    "a wrong secret": (replace(PLAIN, client_auth="post"), 502, "refused to exchange it"),
    "an id_token of an issuer that was not announced": (
        replace(PLAIN, issuer="https://elsewhere.example", openid_in="openid-configuration"),
        200,
        "OTHERWISE",
    ),
}
