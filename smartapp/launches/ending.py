"""How a launch ends: here at once, and at the EHR by revoking its tokens."""

from django.utils import timezone

from smartapp.audit.actions import Action
from smartapp.audit.trail import arecord
from smartapp.connections.discovery import pinned
from smartapp.gateway.process import PROCESS
from smartapp.launches.grants import REVOCATION_LIFETIME, Grant, PendingRevocation
from smartapp.launches.models import Launch
from smartapp.launches.token_endpoint import revoke


async def end(
    launch: Launch,
    reason: Launch.Ended,
    action: Action = Action.LAUNCH_END,
    *,
    revoke_now: bool = True,
) -> None:
    """End one launch; with the last one of a grant its tokens go too.

    Without `revoke_now` the EHR is left to the job of revocations.
    """
    await Launch.objects.filter(pk=launch.pk, ended_at=None).aupdate(
        ended_at=timezone.now(), ended_reason=reason
    )
    await arecord(
        action,
        user_id=launch.grant.user_id,
        connection=launch.connection.slug,
        launch=launch.pk,
        patient=launch.patient,
        detail={"reason": reason.value},
    )
    PROCESS.forget(str(launch.pk))
    if not await Launch.objects.filter(grant_id=launch.grant_id, ended_at=None).aexists():
        await forget(launch.grant, revoke_now=revoke_now)


async def forget(grant: Grant, *, revoke_now: bool = True) -> None:
    """Erase a grant's tokens here and have the EHR revoke them, refresh token first (LS-16).

    A revocation that fails stays as a sealed row and is tried again for a day.
    """
    tokens = [("refresh_token", grant.refresh_token), ("access_token", grant.access_token)]
    endpoint = pinned(grant.endpoints).revocation_endpoint
    pending = [
        PendingRevocation(connection=grant.connection, token=token, kind=kind, endpoint=endpoint)
        for kind, token in tokens
        if token and endpoint
    ]
    for row in pending:
        await row.asave(force_insert=True)
    await Grant.objects.filter(pk=grant.pk).aupdate(
        ended_at=timezone.now(), access_token=None, refresh_token=None
    )
    for row in pending if revoke_now else ():
        await retry(row)


async def retry(row: PendingRevocation) -> bool:
    """Try one revocation; done or a day old, its row goes."""
    done = await revoke(row.connection, row.endpoint, row.token, row.kind)
    if done or timezone.now() - row.created_at > REVOCATION_LIFETIME:
        await PendingRevocation.objects.filter(pk=row.pk).adelete()
        await arecord(
            Action.TOKEN_REVOKE,
            connection=row.connection.slug,
            detail={"kind": row.kind, "confirmed": done},
        )
        return done
    await PendingRevocation.objects.filter(pk=row.pk).aupdate(attempts=row.attempts + 1)
    return False
