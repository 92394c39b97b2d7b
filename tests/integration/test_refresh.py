"""One refresh for all: many requests, one token request (SEC-07)."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from smartapp.connections import waiting
from smartapp.gateway.errors import SignInExpired, Unreachable
from smartapp.launches import tokens
from smartapp.launches.grants import Grant
from smartapp.launches.models import Launch
from smartapp.launches.token_endpoint import LIMIT, ask
from smartapp.launches.tokens import current_token
from tests.integration.ehr import token_requests, turned


async def aged(grant, seconds=600):
    """Make the token as old as one whose time is over."""
    past = timezone.now() - timedelta(seconds=seconds)
    await Grant.objects.filter(pk=grant.pk).aupdate(
        expires_at=past + timedelta(seconds=570), refreshed_at=past
    )


async def test_fifty_at_once_make_one_token_request(grant, sandbox):
    await aged(grant)
    before = await token_requests(sandbox)
    tokens = await asyncio.gather(*(current_token(grant.pk) for _ in range(50)))
    assert await token_requests(sandbox) == before + 1
    assert len(set(tokens)) == 1


async def test_fifty_refusals_of_one_token_make_one_token_request(grant, sandbox):
    old = await current_token(grant.pk)
    before = await token_requests(sandbox)
    tokens = await asyncio.gather(*(current_token(grant.pk, refused=old) for _ in range(50)))
    assert await token_requests(sandbox) == before + 1
    assert set(tokens) != {old}


async def test_an_answer_without_a_refresh_token_keeps_the_first(grant):
    first = (await Grant.objects.aget()).refresh_token
    await aged(grant)
    await current_token(grant.pk)
    assert (await Grant.objects.aget()).refresh_token == first


async def test_a_rotated_refresh_token_replaces_the_old_one(grant, sandbox):
    await turned(sandbox, rotate_refresh_tokens=True)
    first = (await Grant.objects.aget()).refresh_token
    await aged(grant)
    await current_token(grant.pk)
    second = (await Grant.objects.aget()).refresh_token
    assert second != first
    await aged(grant)
    await current_token(grant.pk)
    assert (await Grant.objects.aget()).refresh_token not in (first, second)


async def test_a_refused_refresh_ends_the_launch_without_a_loop(grant, sandbox):
    await turned(sandbox, fail_next=1, fail_mode="invalid_grant")
    await aged(grant)
    with pytest.raises(SignInExpired):
        await current_token(grant.pk)
    before = await token_requests(sandbox)
    with pytest.raises(SignInExpired):
        await current_token(grant.pk)
    assert await token_requests(sandbox) == before
    launch = await Launch.objects.aget()
    assert launch.ended_reason == "ehr-session"
    assert (await Grant.objects.aget()).refresh_token is None


async def test_a_silent_token_endpoint_keeps_the_refresh_token(grant, sandbox):
    await turned(sandbox, fail_next=1, fail_mode="500")
    await aged(grant)
    with pytest.raises(Unreachable):
        await current_token(grant.pk)
    assert await current_token(grant.pk)


async def test_whoever_leaves_during_a_refresh_loses_no_rotated_token(grant, sandbox, monkeypatch):
    await turned(sandbox, rotate_refresh_tokens=True)
    await aged(grant)
    answered, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(*args):
        answer = await ask(*args)
        answered.set()
        await go_on.wait()
        return answer

    monkeypatch.setattr(tokens, "ask", slowly)
    visit = asyncio.create_task(current_token(grant.pk))
    await answered.wait()
    visit.cancel()
    [refresh] = waiting._UNDER_WAY
    go_on.set()
    token = await refresh
    assert await current_token(grant.pk) == token
    assert visit.cancelled()


async def test_a_token_request_cannot_outlast_its_claim():
    assert timedelta(seconds=LIMIT.turn_s + LIMIT.total_s) < tokens.CLAIM


async def test_a_fresh_token_is_not_renewed(grant, sandbox):
    before = await token_requests(sandbox)
    await current_token(grant.pk)
    assert await token_requests(sandbox) == before


async def test_a_token_near_its_end_is_renewed_ahead(grant, sandbox):
    await aged(grant, seconds=500)
    before = await token_requests(sandbox)
    await current_token(grant.pk)
    assert await token_requests(sandbox) == before + 1
