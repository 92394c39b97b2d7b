"""Open charts: whose they are, how long they live, who may frame them."""

import re

from smartapp.audit.models import AuditEvent
from smartapp.connections.models import Connection
from smartapp.launches.grants import Grant
from tests.integration.ehr import opened
from tests.integration.visitor import APP


async def test_two_charts_in_one_browser_keep_their_own_sessions(visitor, connection, launch_url):
    one = await opened(visitor, launch_url)
    two = await opened(visitor, launch_url, "newborn")
    assert one.url.path != two.url.path
    again = await visitor.get(str(one.url))
    assert again.status_code == 200
    sessions = [c for c in visitor.client.cookies.jar if c.name == "__Secure-launch"]
    assert len({c.path for c in sessions}) == len({c.value for c in sessions}) == 2


async def test_a_charts_address_is_useless_in_another_browser(
    visitor, new_visitor, connection, launch_url
):
    page = await opened(visitor, launch_url)
    other = new_visitor()
    await opened(other, launch_url, "newborn")
    stolen = await other.get(str(page.url))
    assert stolen.status_code == 404
    assert await AuditEvent.objects.filter(action="refused").acount() == 1


async def test_another_user_on_the_same_browser_closes_the_former_users_charts(
    visitor, connection, launch_url
):
    former = await opened(visitor, launch_url, user="plund")
    await opened(visitor, launch_url, "newborn", user="jfarrow")
    stale = await visitor.get(str(former.url))
    assert stale.status_code == 401
    assert "Somebody else signed in" in stale.text


async def test_sign_out_forgets_and_revokes_the_tokens(visitor, connection, sandbox, launch_url):
    page = await opened(visitor, launch_url)
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[:1]
    out = await visitor.post(
        f"{page.url}sign-out/", {"csrfmiddlewaretoken": token}, headers={"Referer": str(page.url)}
    )
    assert out.status_code == 200
    assert "Clear-Site-Data" in out.headers
    grant = await Grant.objects.aget()
    assert grant.access_token is None
    assert grant.refresh_token is None
    assert (await visitor.get(str(page.url))).status_code == 404
    assert sandbox.state.sandbox.tokens is not None
    assert await AuditEvent.objects.filter(action="token.revoke").acount() == 2


async def test_an_idle_chart_closes_and_says_so(visitor, connection, launch_url, clock):
    page = await opened(visitor, launch_url)
    clock.shift(15 * 60 + 1)
    stale = await visitor.get(str(page.url))
    assert stale.status_code == 401
    assert "Nobody used this chart" in stale.text


async def test_a_background_request_is_no_presence(visitor, connection, launch_url, clock):
    page = await opened(visitor, launch_url)
    clock.shift(10 * 60)
    await visitor.get(str(page.url), headers={"X-Background": "1"})
    clock.shift(6 * 60)
    assert (await visitor.get(str(page.url))).status_code == 401


async def test_a_fragment_of_an_ended_chart_makes_the_page_load_again(
    visitor, connection, launch_url, clock
):
    page = await opened(visitor, launch_url)
    clock.shift(16 * 60)
    part = await visitor.get(str(page.url), headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert not part.text


async def test_a_changed_token_endpoint_stops_launches_until_approved(
    visitor, connection, launch_url
):
    await Connection.objects.aupdate(changed_discovery={"token_endpoint": "https://evil.example"})
    page = await opened(visitor, launch_url)
    assert page.status_code == 503


async def test_only_the_ehrs_own_pages_may_frame_a_chart(visitor, connection, launch_url):
    page = await opened(visitor, launch_url)
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors http://localhost:9000" in policy
    assert "x-frame-options" not in page.headers
    plain = await visitor.get(f"{APP}/login/")
    assert "frame-ancestors 'none'" in plain.headers["content-security-policy"]
    assert plain.headers["x-frame-options"] == "DENY"
