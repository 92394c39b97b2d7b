"""Writing Encounter, Appointment and Slot."""

from smartapp.sandbox.fhir.paths import target, walk
from smartapp.sandbox.fhir.rules.rule import (
    PatchOp,
    WriteRule,
    Writing,
    code_of,
    known,
    not_code,
    number_of,
    timed,
)
from smartapp.sandbox.fhir.wire import Resource

_NEXT = {
    "proposed": ("booked", "cancelled"),
    "booked": ("arrived", "checked-in", "cancelled", "booked"),
    "arrived": ("checked-in", "cancelled"),
    "checked-in": ("fulfilled", "cancelled"),
}


def _one_place(writing: Writing) -> str | None:
    places = [writing.get("serviceProvider"), writing.get("location")]
    number = sum(one is not None for one in places)
    return None if number == 1 else "exactly one of serviceProvider or location is required"


def _finish_encounter(writing: Writing, resource: Resource) -> Resource:
    system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    coding = {"system": system, "code": "AMB", "display": "ambulatory", "userSelected": False}
    return {"class": coding, "period": {"start": writing.now}} | resource


ENCOUNTER = WriteRule(
    name="Encounter",
    elements="status type subject serviceProvider location identifier priority participant period "
    "reasonCode hospitalization extension",
    create="status type subject",
    checks=(
        not_code("status", "cancelled", "entered-in-error"),
        known("subject", "Patient"),
        known("participant.individual", "Practitioner"),
        timed("period.start", "period.end"),
        _one_place,
    ),
    finish=_finish_encounter,
    patches=(
        PatchOp("/period/start", ("add", "replace", "remove")),
        PatchOp("/period/end", ("add", "replace", "remove")),
        PatchOp("/type", ("add", "replace")),
        PatchOp("/extension", ("add", "replace")),
        PatchOp("/extension/-", ("add",)),
    ),
)


def _booking_fits(writing: Writing) -> str | None:
    if writing.body.get("status") != "booked":
        return None
    actors = [target(one) for one in walk(writing.body, "participant.actor")]
    if len(walk(writing.body, "slot")) != 1:
        return "slot must be provided exactly once"
    if len(actors) != 1 or actors[0] is None or actors[0][0] != "Patient":
        return "participant must be exactly one Patient"
    if walk(writing.body, "participant.status") != ["accepted"]:
        return "status of the participant must be accepted"
    return None


def _proposal_fits(writing: Writing) -> str | None:
    if writing.body.get("status") != "proposed":
        return None
    actors = [target(one) for one in walk(writing.body, "participant.actor")]
    types = [one[0] for one in actors if one is not None]
    if types.count("Patient") != 1 or "Location" not in types:
        return "participants must be one Patient and at least one Location"
    if set(walk(writing.body, "participant.status")) != {"needs-action"}:
        return "status of the participants must be needs-action"
    period = writing.get("requestedPeriod") or {}
    if not (period.get("start") and period.get("end")) or walk(writing.body, "slot"):
        return "requestedPeriod with start and end is required, and no slot"
    return None


def _slot_is_free(writing: Writing) -> str | None:
    for one in walk(writing.body, "slot"):
        aimed = target(one)
        slot = writing.store.resolve(aimed) if aimed else None
        if slot is None or slot.get("status") != "free":
            return "slot must be a reference to a free Slot"
    return None


def _finish_appointment(writing: Writing, resource: Resource) -> Resource:
    """A booked appointment takes the time of its slot, which is free no more."""
    finished = resource
    for one in walk(resource, "slot"):
        aimed = target(one)
        slot = writing.store.resolve(aimed) if aimed else None
        if slot is not None and not writing.is_update:
            writing.store.put(slot | {"status": "busy"})
            finished = finished | {"start": slot["start"], "end": slot["end"]}
    return finished


def _step_is_allowed(writing: Writing) -> str | None:
    """The state machine; `body` is the patched resource."""
    before, after = (writing.before or {}).get("status"), writing.body.get("status")
    if before == after:
        return None
    if after not in _NEXT.get(str(before), ()):
        return f"an appointment that is {before} cannot become {after}"
    if before == "proposed" and after == "booked" and not walk(writing.body, "slot"):
        return "slot is required to book"
    return None


APPOINTMENT = WriteRule(
    name="Appointment",
    elements="status serviceType reasonCode slot participant requestedPeriod comment description",
    create="status participant",
    checks=(
        code_of("status", "booked", "proposed"),
        number_of("reasonCode", 0, 1),
        known("participant.actor", "Patient", "Location", "Practitioner"),
        _booking_fits,
        _proposal_fits,
        _slot_is_free,
    ),
    finish=_finish_appointment,
    patches=(
        PatchOp(
            "/status",
            values=("arrived", "checked-in", "cancelled", "booked", "fulfilled"),
        ),
        PatchOp("/slot", ("add", "replace")),
        PatchOp("/comment", ("replace",)),
        PatchOp("/reasonCode", ("add",)),
        PatchOp("/cancelationReason", ("add",)),
        PatchOp("/extension", ("add", "replace")),
    ),
    patch_check=_step_is_allowed,
)

SLOT = WriteRule(name="Slot", patches=(PatchOp("/status", values=("free", "busy-tentative")),))

RULES = (ENCOUNTER, APPOINTMENT, SLOT)
