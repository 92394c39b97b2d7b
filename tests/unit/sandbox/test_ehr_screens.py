import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from smartapp.sandbox.ehr.screens import own_path
from tests.unit.sandbox.ehr_factory import callback, running


@pytest.fixture
async def sandbox(tmp_path):
    async with running(tmp_path) as one:
        await one.sign_in()
        yield one


def frames(page):
    return re.findall(r'<iframe[^>]*src="([^"]+)"', page.text)


def launch_of(address):
    query = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
    return {key: values[0] for key, values in query.items()}


async def opened(sandbox, path="/charts/11/smartapp"):
    """The token answer of an app that the screen opens."""
    launch = launch_of(frames(await sandbox.http.get(path))[0])
    code = callback(await sandbox.authorize(launch=launch["launch"]))["code"]
    return (await sandbox.token(code=code)).json()


@pytest.mark.parametrize("path", ["/", "/charts/11", "/charts", "/launch-options"])
async def test_a_stranger_is_sent_to_sign_in_and_back(tmp_path, path):
    async with running(tmp_path) as sandbox:
        answer = await sandbox.http.get(path)
        assert answer.status_code == 303
        assert unquote(answer.headers["location"]) == f"/sign-in?next={path}"


async def test_one_click_signs_a_clinician_in(tmp_path):
    async with running(tmp_path) as sandbox:
        assert (await sandbox.sign_in("jfarrow")).headers["location"] == "/"
        assert "Farrow, Judith" in (await sandbox.http.get("/")).text


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/charts/11", "/charts/11"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_to_our_own_pages_only(address, path):
    assert own_path(address) == path


async def test_the_worklist_says_who_is_where_and_why(sandbox):
    text = (await sandbox.http.get("/")).text
    for part in ("ARDEN, Test", "MRN 0011", "76 y", "4W 12 A", "Dyspnea", "19 d", "Deceased"):
        assert part in text, part


async def test_those_in_a_bed_come_first(sandbox):
    text = (await sandbox.http.get("/")).text
    assert text.index("ARDEN") < text.index("BIRCH") < text.index("CEDAR")


async def test_the_worklist_is_searched_by_name_or_mrn(sandbox):
    for sought in ("birch", "0012"):
        text = (await sandbox.http.get("/", params={"q": sought})).text
        assert "BIRCH" in text
        assert "ARDEN" not in text


async def test_a_chart_opens_the_app_in_a_frame_on_its_launch_address(sandbox):
    page = await sandbox.http.get("/charts/11/smartapp")
    (address,) = frames(page)
    assert address.startswith("http://127.0.0.1:8000/launch?")
    assert launch_of(address)["iss"] == sandbox.state.config.fhir_base
    assert "frame-src 'self' http://127.0.0.1:8000" in page.headers["content-security-policy"]


async def test_the_opened_app_gets_patient_visit_and_user_without_a_password(sandbox):
    answer = await opened(sandbox)
    assert (answer["patient"], answer["encounter"], answer["username"]) == ("11", "21", "plund")


async def test_the_app_can_be_opened_on_an_earlier_visit(sandbox):
    answer = await opened(sandbox, "/charts/11/smartapp?encounter=22")
    assert answer["encounter"] == "22"


async def test_another_patients_visit_is_not_taken(sandbox):
    answer = await opened(sandbox, "/charts/11/smartapp?encounter=23")
    assert answer["encounter"] == "21"


async def test_a_withdrawn_visit_is_no_context(sandbox):
    assert (await opened(sandbox, "/charts/12/smartapp"))["encounter"] == "23"


async def test_each_opening_is_a_launch_of_its_own(sandbox):
    first, second = [frames(await sandbox.http.get("/charts/11/smartapp"))[0] for _ in range(2)]
    assert first != second


async def test_two_charts_are_two_launches(sandbox):
    page = await sandbox.http.get("/charts?left=11&right=12")
    left, right = frames(page)
    assert launch_of(left)["launch"] != launch_of(right)["launch"]


async def test_switching_patient_keeps_the_tab(sandbox):
    answer = await sandbox.http.get("/switch?patient=12&tab=smartapp")
    assert answer.headers["location"] == "/charts/12/smartapp"


async def test_an_unknown_chart_is_not_found(sandbox):
    assert (await sandbox.http.get("/charts/99")).status_code == 404
    assert (await sandbox.http.get("/charts/11/elsewhere")).status_code == 404


OPTIONS = {
    "client_id": "smartapp-public",
    "scopes": "read",
    "banner": "ehr",
    "encounter": "none",
    "style": "no",
    "intent": "order-review",
    "context": "ServiceRequest/9",
    "next": "/charts/11/smartapp",
}


async def test_launch_options_hold_for_the_session(sandbox):
    answer = await sandbox.http.post("/launch-options", data=OPTIONS)
    assert answer.headers["location"] == "/charts/11/smartapp"
    token = await opened(sandbox)
    assert token["need_patient_banner"] is False
    assert not {"encounter", "smart_style_url"} & set(token)
    assert token["intent"] == "order-review"
    assert token["fhirContext"] == [{"reference": "ServiceRequest/9"}]


@pytest.mark.parametrize(
    "change", [{"client_id": "unknown"}, {"scopes": "odd"}, {"context": "not a reference"}]
)
async def test_odd_launch_options_are_refused_in_words(sandbox, change):
    answer = await sandbox.http.post("/launch-options", data={**OPTIONS, **change})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


async def test_signing_out_ends_online_access(sandbox):
    token = await opened(sandbox)
    await sandbox.http.post("/sign-out")
    assert (await sandbox.refresh(token["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_clinician_can_end_what_an_app_may_do(sandbox):
    token = await opened(sandbox)
    address = sandbox.server.addresses.manage
    assert "smartapp" in (await sandbox.http.get(address)).text
    await sandbox.http.post(address, data={"grant": "0"})
    assert (await sandbox.refresh(token["refresh_token"])).json()["error"] == "invalid_grant"
    assert sandbox.state.tokens.lookup(token["access_token"]) is None


@pytest.mark.parametrize("path", ["/", "/charts/11", "/charts/11/visits", "/launch-options"])
async def test_pages_hold_no_inline_style_or_script_and_forbid_them(sandbox, path):
    page = await sandbox.http.get(path)
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "SANDBOX: synthetic data" in page.text
