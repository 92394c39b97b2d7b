from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.sandbox.ehr_factory import (
    CALLBACK,
    SCOPE,
    STANDALONE_SCOPE,
    callback,
    form_action,
    running,
)


@pytest.fixture
async def sandbox(tmp_path):
    async with running(tmp_path) as one:
        yield one


@pytest.mark.parametrize("parameter", ["client_id", "redirect_uri"])
async def test_an_unknown_app_or_address_gets_a_page_and_no_redirect(sandbox, parameter):
    answer = await sandbox.authorize(**{parameter: "https://evil.example/"})
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_redirect_uri_is_compared_to_the_letter(sandbox):
    answer = await sandbox.authorize(redirect_uri=CALLBACK + "/")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"aud": None}, "invalid_request"),
        ({"aud": "http://localhost:9000/r4/another"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"launch": "unknown"}, "invalid_request"),
        ({"scope": "openid"}, "invalid_request"),
        ({"scope": "launch user/Nothing.rs system/Patient.rs"}, "invalid_scope"),
        ({"state": None}, "invalid_request"),
    ],
)
async def test_a_bad_request_goes_back_with_error_error_uri_and_state(sandbox, changes, error):
    launch = await sandbox.launch()
    answer = callback(await sandbox.authorize(**{"launch": launch, **changes}))
    assert answer["error"] == error
    assert answer["error_uri"].startswith("http://localhost:9000/errors/urn%3Acerner%3Aerror")
    assert answer.get("state") == (None if "state" in changes else "the-state")
    assert "error_description" not in answer
    assert "code" not in answer


async def test_a_slash_more_in_aud_is_refused(sandbox):
    base = sandbox.state.config.fhir_base
    answer = callback(await sandbox.authorize(launch=await sandbox.launch(), aud=base + "/"))
    assert answer["error"] == "invalid_request"


async def test_a_repeated_parameter_is_refused(sandbox):
    params = [*sandbox.request(launch=await sandbox.launch()).items(), ("state", "another")]
    answer = await sandbox.http.get(sandbox.server.addresses.authorize, params=params)
    assert callback(answer)["error"] == "invalid_request"


async def test_the_error_page_says_the_error_in_words(sandbox):
    uri = callback(await sandbox.authorize(aud=None))["error_uri"]
    page = await sandbox.http.get(uri)
    assert "aud parameter" in page.text


async def test_an_ehr_launch_asks_for_no_password(sandbox):
    answer = callback(await sandbox.authorize(launch=await sandbox.launch()))
    assert answer["state"] == "the-state"
    assert answer["code"]


async def test_an_authorization_request_may_be_posted(sandbox):
    data = sandbox.request(launch=await sandbox.launch())
    answer = await sandbox.http.post(sandbox.server.addresses.authorize, data=data)
    assert callback(answer)["code"]


async def test_a_launch_code_works_once(sandbox):
    launch = await sandbox.launch()
    callback(await sandbox.authorize(launch=launch))
    assert callback(await sandbox.authorize(launch=launch))["error"] == "invalid_request"


async def test_a_launch_code_grows_old(sandbox):
    launch = await sandbox.launch()
    sandbox.clock.forward(301)
    assert callback(await sandbox.authorize(launch=launch))["error"] == "invalid_request"


async def test_a_launch_for_another_app_is_refused(sandbox):
    launch = await sandbox.launch(client_id="smartapp-secret")
    assert callback(await sandbox.authorize(launch=launch))["error"] == "invalid_request"


async def test_the_redirect_uri_may_be_left_out_when_one_is_registered(sandbox):
    answer = await sandbox.authorize(launch=await sandbox.launch(), redirect_uri=None)
    assert callback(answer)["code"]


async def test_the_redirect_carries_iss_only_when_configured(sandbox, tmp_path):
    assert "iss" not in callback(await sandbox.authorize(launch=await sandbox.launch()))
    async with running(tmp_path, send_iss=True) as other:
        answer = callback(await other.authorize(launch=await other.launch()))
        assert answer["iss"] == other.server.addresses.issuer


async def test_a_server_without_pkce_takes_a_request_without_challenge(tmp_path):
    async with running(tmp_path, pkce_required=False) as sandbox:
        launch = await sandbox.launch()
        changes = {"code_challenge": None, "code_challenge_method": None}
        code = callback(await sandbox.authorize(launch=launch, **changes))["code"]
        assert (await sandbox.token(code=code, code_verifier=None)).status_code == 200


async def standalone(sandbox, scope=STANDALONE_SCOPE, username="jfarrow"):
    """The page after signing in, or the redirect."""
    page = await sandbox.authorize(scope=scope)
    data = {"username": username, "password": "sandbox"}
    return await sandbox.http.post(form_action(page, "/sign-in"), data=data)


async def test_a_standalone_app_lets_the_clinician_sign_in(sandbox):
    code = callback(await standalone(sandbox))["code"]
    assert (await sandbox.token(code=code)).json()["username"] == "jfarrow"


async def test_a_wrong_password_shows_the_page_again(sandbox):
    page = await sandbox.authorize(scope=STANDALONE_SCOPE)
    data = {"username": "plund", "password": "wrong"}
    again = await sandbox.http.post(form_action(page, "/sign-in"), data=data)
    assert again.status_code == 422
    assert "do not fit" in again.text


async def test_who_is_signed_in_to_the_ehr_is_not_asked_again(sandbox):
    await sandbox.sign_in("cokafor")
    code = callback(await sandbox.authorize(scope=STANDALONE_SCOPE))["code"]
    assert (await sandbox.token(code=code)).json()["username"] == "cokafor"


async def test_prompt_none_answers_login_required_instead_of_a_page(sandbox):
    answer = await sandbox.authorize(scope=STANDALONE_SCOPE, prompt="none")
    assert callback(answer)["error"] == "login_required"


async def test_this_vendor_gives_a_standalone_app_no_patient(sandbox):
    scope = f"{STANDALONE_SCOPE} launch/patient patient/Patient.rs"
    answer = (await sandbox.token(code=callback(await standalone(sandbox, scope))["code"])).json()
    assert answer["scope"] == STANDALONE_SCOPE
    assert "patient" not in answer


async def test_with_a_picker_the_clinician_chooses_patient_and_visit(tmp_path):
    async with running(tmp_path, standalone_patient_picker=True) as sandbox:
        scope = f"{STANDALONE_SCOPE} launch/patient launch/encounter patient/Patient.rs"
        action = form_action(await standalone(sandbox, scope), "/context")
        visits = await sandbox.http.post(action, data={"patient": "11"})
        assert "Dyspnea" in visits.text
        done = await sandbox.http.post(action, data={"patient": "11", "encounter": "21"})
        answer = (await sandbox.token(code=callback(done)["code"])).json()
        assert (answer["patient"], answer["encounter"], answer["scope"]) == ("11", "21", scope)


async def test_the_picker_finds_patients_by_name(tmp_path):
    async with running(tmp_path, standalone_patient_picker=True) as sandbox:
        page = await standalone(sandbox, f"{STANDALONE_SCOPE} launch/patient")
        found = await sandbox.http.get(form_action(page, "/context"), params={"q": "birch"})
        assert "BIRCH" in found.text
        assert "ARDEN" not in found.text


async def test_the_picker_takes_no_visit_of_another_patient(tmp_path):
    async with running(tmp_path, standalone_patient_picker=True) as sandbox:
        page = await standalone(sandbox, f"{STANDALONE_SCOPE} launch/patient")
        data = {"patient": "12", "encounter": "21"}
        done = await sandbox.http.post(form_action(page, "/context"), data=data)
        answer = (await sandbox.token(code=callback(done)["code"])).json()
        assert "encounter" not in answer


@pytest.mark.parametrize(("answer", "result"), [("allow", "code"), ("deny", "error")])
async def test_consent_leads_to_a_code_or_to_access_denied(tmp_path, answer, result):
    async with running(tmp_path, consent=True) as sandbox:
        page = await sandbox.authorize(launch=await sandbox.launch())
        assert "Observation records" in page.text
        sent = callback(
            await sandbox.http.post(form_action(page, "/consent"), data={"answer": answer})
        )
        assert result in sent
        assert sent.get("error", "access_denied") == "access_denied"


async def test_a_request_that_was_answered_is_over(tmp_path):
    async with running(tmp_path, consent=True) as sandbox:
        page = await sandbox.authorize(launch=await sandbox.launch())
        action = form_action(page, "/consent")
        await sandbox.http.post(action, data={"answer": "deny"})
        assert (await sandbox.http.post(action, data={"answer": "allow"})).status_code == 410


async def test_pages_let_their_forms_end_at_the_apps_address(sandbox):
    page = await sandbox.authorize(scope=STANDALONE_SCOPE)
    assert "form-action 'self' http://127.0.0.1:8000" in page.headers["content-security-policy"]


async def test_a_grant_shrinks_to_what_the_launch_allows(sandbox):
    answer = await sandbox.tokens({"scopes": "launch openid user/Patient.rs"})
    assert answer["scope"] == "launch openid user/Patient.rs"
    assert "refresh_token" not in answer


async def test_a_grant_shrinks_to_what_the_app_registered(sandbox):
    client = {"client_id": "small", "redirect_uris": [CALLBACK], "scopes": "launch user/Goal.rs"}
    await sandbox.control("clients", client)
    code = await sandbox.code(client_id="small", scope=f"{SCOPE} user/Goal.rs")
    answer = (await sandbox.token(code=code, client_id="small")).json()
    assert answer["scope"] == "launch user/Goal.rs"


async def test_a_redirect_uri_keeps_its_own_query(sandbox):
    uri = f"{CALLBACK}?tenant=7"
    await sandbox.control("clients", {"client_id": "other", "redirect_uris": [uri]})
    answer = await sandbox.authorize(
        client_id="other", redirect_uri=uri, launch=await sandbox.launch()
    )
    assert parse_qs(urlsplit(answer.headers["location"]).query)["tenant"] == ["7"]
