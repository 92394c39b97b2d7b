"""A Bundle off the wire → a guarded Sheet: types checked, poisoned entries counted."""

import asyncio

from smartapp.fhir.bundles import BundleError, Issue, Parsed, issues_of, parse
from smartapp.fhir.entry import Resource, ResourceType
from smartapp.gateway import decode
from smartapp.gateway.answer import Answer
from smartapp.gateway.cache import Kept
from smartapp.gateway.errors import Malformed, Rejected
from smartapp.gateway.guard import check_patient
from smartapp.gateway.paging import Sheet
from smartapp.gateway.target import Fetched, Policy, Target

_OFF_LOOP_BYTES = 1024 * 1024


def fetched_of(
    kept: Kept, entry: ResourceType, resource_id: str, bounds: tuple[Policy, Target]
) -> Fetched:
    """The one resource that was asked for. Raises Malformed or WrongPatient."""
    policy, target = bounds
    answer = kept.answer
    try:
        resource = decode.resource(answer)
        if (resource["resourceType"], resource.get("id")) != (entry.name, resource_id):
            raise decode.Unreadable("the EHR answered with another record than asked for")
    except decode.Unreadable as error:
        raise Malformed(
            f"The record cannot be shown safely: {error}.",
            connection=target.connection,
            status=answer.status,
            issues=decode.issues(answer),
            request_id=answer.request_id,
        ) from error
    check_patient((resource,), policy, target)
    return Fetched(resource, answer.fetched_at, kept.cached, answer.url)


async def sheet_of(kept: Kept, entry: ResourceType | None, policy: Policy, target: Target) -> Sheet:
    """Raises Malformed, Rejected (an OperationOutcome instead of a Bundle) or WrongPatient."""
    if len(kept.answer.body) > _OFF_LOOP_BYTES:
        # Tens of milliseconds: other requests of this loop go on meanwhile.
        return await asyncio.to_thread(_sheet, kept, entry, policy, target)
    return _sheet(kept, entry, policy, target)


def _sheet(kept: Kept, entry: ResourceType | None, policy: Policy, target: Target) -> Sheet:
    answer = kept.answer
    try:
        bundle, unreadable = decode.bundle(answer)
        _check_is_bundle(bundle, answer, target)
        parsed = parse(bundle, entry.name if entry else "")
    except (decode.Unreadable, BundleError) as error:
        raise Malformed(
            f"The EHR's list cannot be shown safely: {error}.",
            connection=target.connection,
            status=answer.status,
            request_id=answer.request_id,
        ) from error
    if entry is not None:
        parsed, strangers = _own_type(parsed, entry)
        unreadable += strangers
    check_patient(parsed.matches, policy, target)
    check_patient(parsed.includes, policy, target)
    return Sheet(parsed, unreadable, answer.fetched_at, kept.cached, answer.request_id)


def _check_is_bundle(bundle: Resource, answer: Answer, target: Target) -> None:
    """Some servers say what went wrong with a 200."""
    issues = issues_of(bundle)
    if issues:
        raise Rejected(
            "The EHR answered with a message instead of a list.",
            connection=target.connection,
            status=answer.status,
            issues=issues,
            request_id=answer.request_id,
        )


def _own_type(parsed: Parsed, entry: ResourceType) -> tuple[Parsed, int]:
    """Matches of another type than was searched are no matches; outcomes among them are issues."""
    if {r["resourceType"] for r in parsed.matches} <= {entry.name}:
        return parsed, 0
    own = tuple(r for r in parsed.matches if r["resourceType"] == entry.name)
    outcomes = [r for r in parsed.matches if r["resourceType"] == "OperationOutcome"]
    issues: list[Issue] = [issue for one in outcomes for issue in issues_of(one)]
    strangers = len(parsed.matches) - len(own) - len(outcomes)
    known = (*parsed.issues, *issues)
    return Parsed(own, parsed.includes, known, parsed.next_url, parsed.total), strangers
