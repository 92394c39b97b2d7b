"""What the EHR's own screen does before a launch, and what its control tells."""

import httpx

from smartapp.sandbox.generator import patient_id

HEART = "heart-failure"


async def opened(visitor, launch_url, slug=HEART, **options):
    return await visitor.get(await launch_url(patient_id(slug), **options))


async def requests_at(sandbox, path):
    transport = httpx.ASGITransport(app=sandbox, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:9000") as control:
        return (await control.get(path)).json()


async def turned(sandbox, **knobs):
    """Turn the authorization server's settings."""
    transport = httpx.ASGITransport(app=sandbox, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:9000") as control:
        answer = await control.post("/control/auth", json=knobs)
        assert answer.status_code == 200, answer.text


async def token_requests(sandbox):
    return (await requests_at(sandbox, "/control/token-requests"))["count"]


async def callback_url(visitor, launch_url, slug=HEART):
    """Walk up to the callback and give its address, not yet visited."""
    answer = await visitor.get(await launch_url(patient_id(slug)), follow=False)
    while answer.status_code in (302, 303):
        url = str(httpx.URL(str(answer.request.url)).join(answer.headers["location"]))
        if httpx.URL(url).path == "/callback":
            return url
        answer = await visitor.get(url, follow=False)
    raise AssertionError(f"no redirect to the callback, but {answer.status_code}")
