from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import InterfaceError, OperationalError
from django.http import Http404

from smartapp.audit.trail import AuditUnavailable
from smartapp.fhir.bundles import Issue
from smartapp.gateway import errors as gateway
from smartapp.ui import errors, notices

CANARY = "canary-9c1d"
DETAIL = "psycopg.OperationalError: host db-7.internal version 5.2.19"


def subclasses(kind):
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


TREE = [
    (gateway.Unreachable, 504, "does not answer"),
    (gateway.Throttled, 503, "is limiting requests"),
    (gateway.SignInExpired, 401, "Open this app again from the patient&#x27;s chart"),
    (gateway.ScopeMissing, 403, "did not permit this app"),
    (gateway.Unsupported, 501, "does not offer this to apps"),
    (gateway.Forbidden, 403, "does not permit you"),
    (gateway.NotFound, 404, "No longer in the record"),
    (gateway.Gone, 410, "was deleted"),
    (gateway.Conflict, 409, "Nothing was overwritten"),
    (gateway.Rejected, 422, "did not accept this request"),
    (gateway.Malformed, 502, "nothing of it is shown"),
    (gateway.WrongPatient, 502, "data of another patient"),
]


def test_the_table_names_every_error_of_the_gateway() -> None:
    assert {row[0] for row in TREE} == set(subclasses(gateway.FhirError))


@pytest.mark.parametrize(("kind", "status", "words"), TREE)
def test_each_error_says_what_it_means_with_its_true_status(kind, status, words, rf) -> None:
    response = errors.fhir_error(rf.get("/"), kind(DETAIL, reference="ref-5"))
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "ref-5" in page


@pytest.mark.parametrize("kind", [row[0] for row in TREE])
def test_no_error_shows_its_inner_message(kind, rf) -> None:
    page = errors.fhir_error(rf.get("/"), kind(DETAIL)).content.decode()
    assert "psycopg" not in page
    assert "internal" not in page


@pytest.mark.parametrize("kind", [row[0] for row in TREE if row[1] != 404 and row[1] != 410])
def test_no_error_reads_like_an_empty_record(kind, rf) -> None:
    page = errors.fhir_error(rf.get("/"), kind("")).content.decode().lower()
    assert "none recorded" not in page
    assert "no records" not in page


def test_the_ehr_is_called_by_its_name(rf) -> None:
    request = rf.get("/")
    error = gateway.Unreachable("")
    assert errors.worded(notices.of_fhir(error), error, request).title == "The EHR does not answer"
    request.launch = SimpleNamespace(connection=SimpleNamespace(name="General Hospital"))
    said = errors.worded(notices.of_fhir(error), error, request)
    assert said.title == "General Hospital does not answer"


@pytest.mark.parametrize("kind", [gateway.Rejected, gateway.Conflict])
def test_a_rejection_is_said_in_the_servers_own_words_and_escaped(kind, rf) -> None:
    issue = Issue("error", "invalid", "date <b>must</b> be after birth")
    page = errors.fhir_error(rf.get("/"), kind("", issues=(issue,))).content.decode()
    assert "date &lt;b&gt;must&lt;/b&gt; be after birth" in page


def test_a_rejection_without_words_says_that_there_were_none(rf) -> None:
    assert (
        "No reason was given"
        in errors.fhir_error(rf.get("/"), gateway.Rejected("")).content.decode()
    )


def test_only_the_servers_first_words_are_repeated(rf) -> None:
    issues = tuple(Issue("error", "invalid", f"{n} " + "x" * 5000) for n in range(50))
    response = errors.fhir_error(rf.get("/"), gateway.Rejected("", issues=issues))
    assert len(response.content) < 10_000


def test_a_throttled_answer_says_when_to_try_again(rf, time_machine) -> None:
    time_machine.move_to("2026-07-14T08:10:00Z", tick=False)
    error = gateway.Throttled("", retry_at=datetime(2026, 7, 14, 8, 11, 30, tzinfo=UTC))
    response = errors.fhir_error(rf.get("/"), error)
    assert response["Retry-After"] == "90"
    assert "Try again after 08:11:30" in response.content.decode()


def test_a_failure_offers_the_same_address_again(rf) -> None:
    page = errors.fhir_error(
        rf.get("/list/?status=active"), gateway.Unreachable("")
    ).content.decode()
    assert 'href="/list/?status=active"' in page


def test_a_failed_post_is_never_offered_again(rf) -> None:
    page = errors.fhir_error(rf.post("/form/"), gateway.Unreachable("")).content.decode()
    assert 'href="/form/"' not in page


def test_a_lasting_failure_is_not_offered_again(rf) -> None:
    error = gateway.Unreachable("")
    error.permanent = True
    page = errors.fhir_error(rf.get("/list/"), error).content.decode()
    assert 'href="/list/"' not in page
    assert "will not help" in page


def test_htmx_gets_a_fragment_marked_as_ours(rf) -> None:
    response = errors.fhir_error(
        rf.get("/card/", headers={"HX-Request": "true"}), gateway.Unreachable("")
    )
    page = response.content.decode()
    assert response["X-Notice"] == "504"
    assert page.strip().startswith("<section")
    assert "<html" not in page


def test_a_browser_gets_a_whole_page(rf) -> None:
    response = errors.fhir_error(rf.get("/card/"), gateway.Unreachable(""))
    assert "<html" in response.content.decode()
    assert "X-Notice" not in response.headers


@pytest.mark.parametrize(
    ("handler", "status"),
    [
        (lambda request: errors.bad_request(request, ValueError(DETAIL)), 400),
        (lambda request: errors.permission_denied(request, PermissionError(DETAIL)), 403),
        (lambda request: errors.page_not_found(request, Http404(DETAIL)), 404),
        (lambda request: errors.csrf_failure(request, DETAIL), 403),
        (lambda request: errors.foreign_post(request), 403),
        (lambda request: errors.server_error(request), 500),
        (lambda request: errors.answer_to(request, AuditUnavailable(DETAIL)), 503),
        (lambda request: errors.answer_to(request, OperationalError(DETAIL)), 503),
        (lambda request: errors.answer_to(request, InterfaceError(DETAIL)), 503),
    ],
)
def test_each_page_has_its_status_a_reference_and_no_details(handler, status, rf) -> None:
    request = rf.get("/")
    request.META["smartapp.request_id"] = "req-17"
    response = handler(request)
    page = response.content.decode()
    assert response.status_code == status
    assert "req-17" in page
    assert "psycopg" not in page
    assert "5.2.19" not in page


def test_a_database_that_fails_in_middleware_is_a_503(rf) -> None:
    try:
        raise OperationalError(DETAIL)
    except OperationalError:
        assert errors.server_error(rf.get("/")).status_code == 503


def test_a_broken_template_still_leaves_a_reference(rf, settings) -> None:
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [], "APP_DIRS": False}]
    request = rf.get("/")
    request.META["smartapp.request_id"] = "req-17"
    response = errors.server_error(request)
    assert response.status_code == 500
    assert "req-17" in response.content.decode()


def test_an_error_is_logged_by_kind_and_without_its_words(rf, sweep) -> None:
    issue = Issue("error", "invalid", CANARY)
    errors.fhir_error(rf.get("/"), gateway.Rejected(CANARY, issues=(issue,), reference="ref-5"))
    sweep.assert_clean(CANARY)
    assert "ref-5" in sweep.text()
    assert "rejected" in sweep.text()
