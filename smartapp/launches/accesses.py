"""Each look into the record becomes an audit event before its answer is given (AUD-01, AUD-02)."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from smartapp.audit.actions import Action, Outcome
from smartapp.audit.trail import Facts, arecord
from smartapp.connections.waiting import give_back
from smartapp.gateway.target import Access

ACTIONS = {
    "read": Action.READ,
    "search": Action.SEARCH,
    "operation": Action.OPERATION,
    "binary": Action.READ,
}
FAILED = {"forbidden", "scope-missing", "unsupported", "sign-in-expired"}


def observer(who: Facts) -> Callable[[Access], Awaitable[None]]:
    """Give the gateway's `observe` for one launch; `who` says user, connection, launch, patient."""

    async def observe(access: Access) -> None:
        facts: Facts = {**who, **facts_of(access)}
        await arecord(action_of(access), outcome_of(access), **facts)
        await give_back()  # other questions of the same page may still wait for the EHR

    return observe


def action_of(access: Access) -> Action:
    if access.outcome == "wrong-patient":
        return Action.FOREIGN_PATIENT
    return ACTIONS.get(access.action, Action.READ)


def outcome_of(access: Access) -> Outcome:
    if access.outcome in ("ok", "partial"):
        return Outcome.SUCCESS
    return Outcome.REFUSED if access.outcome in FAILED else Outcome.FAILURE


def facts_of(access: Access) -> Facts:
    detail = {"outcome": access.outcome, "note": access.note, "reference": access.reference}
    return Facts(
        resource_type=access.type,
        resource_ids=access.ids,
        query=parse_qs(access.query),
        count=access.count,
        status=access.status,
        cached=access.cached,
        ehr_request_id=access.request_id,
        detail={name: value for name, value in detail.items() if value},
    )
