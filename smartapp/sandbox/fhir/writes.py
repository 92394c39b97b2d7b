"""Create, update, patch and delete: empty replies, If-Match, and what each type allows."""

from dataclasses import replace
from email.utils import format_datetime
from typing import Any

from smartapp.sandbox.fhir.answers import (
    Answer,
    Refusal,
    bad_request,
    forbidden,
    no_scope,
    not_found,
    refuse,
    unprocessable,
)
from smartapp.sandbox.fhir.authz import check_patient
from smartapp.sandbox.fhir.call import Call
from smartapp.sandbox.fhir.dates import instant_text
from smartapp.sandbox.fhir.definition import TypeDef
from smartapp.sandbox.fhir.jsonpatch import PatchError, apply
from smartapp.sandbox.fhir.read import media_types
from smartapp.sandbox.fhir.rules import RULES
from smartapp.sandbox.fhir.rules.rule import WriteRule, Writing, demanded
from smartapp.sandbox.fhir.screening import screen
from smartapp.sandbox.fhir.special import has_code
from smartapp.sandbox.fhir.versions import first_version, free_number, next_version, version_of
from smartapp.sandbox.fhir.wire import Resource

_JSON = ("application/fhir+json", "application/json", "application/json+fhir")
_PATCH = ("application/json-patch+json",)
_NARRATIVE = '<div xmlns="http://www.w3.org/1999/xhtml"><p><b>{}</b></p></div>'


def write(call: Call, definition: TypeDef, interaction: str, id_: str | None) -> Answer:
    """The write that the request asks for."""
    try:
        return _write(call, definition, interaction, id_)
    except (AttributeError, KeyError, TypeError) as error:
        # Elements of foreign shapes fail where a rule first touches them; like the live
        # server, say no more than that the request is invalid.
        raise bad_request("Invalid request") from error


def _write(call: Call, definition: TypeDef, interaction: str, id_: str | None) -> Answer:
    if interaction == "create":
        return _create(call, definition)
    if id_ is None:
        raise not_found()
    if interaction == "update":
        return _update(call, definition, id_)
    if interaction == "patch":
        return _patch(call, definition, id_)
    return _delete(call, definition, id_)


def _writing(call: Call, definition: TypeDef, letter: str, body: Any, before: Any) -> Writing:
    """The body with who sends it; raises when token, scope or patient forbid it."""
    grant = call.grant()
    level = grant.level(definition.name, letter)
    patient = grant.patient_for(definition.name, letter)
    if before is not None:
        if RULES[definition.name].reads_too and not grant.allows(definition.name, "r", level):
            raise no_scope()
        check_patient(call.store, before, patient)
    now = instant_text(call.state.clock())
    return Writing(body, before, call.store, grant.info.user, level, now, call.base)


def _body(call: Call, definition: TypeDef, media: tuple[str, ...]) -> Any:
    sent = media_types(call.headers.get("content-type", ""))
    if sent[0] not in media:
        raise refuse(415, "not-supported", f"Content-Type must be {media[0]}")
    return call.json()


def _create(call: Call, definition: TypeDef) -> Answer:
    writing = _writing(call, definition, "c", {}, None)
    body = _body(call, definition, _JSON)
    rule = RULES[definition.name]
    _check_shape(definition, body)
    writing = replace(writing, body=body)
    _check(rule, writing, rule.create)
    _check_confined(call, definition, body)
    twin = _twin(call, writing)
    if twin is not None:
        return _replaced(call, replace(writing, before=twin), rule, 201)
    id_ = free_number(call.store, definition.name, rule.shape(body))
    kept = {name: value for name, value in body.items() if name in rule.elements.split()}
    resource = rule.finish(writing, {"resourceType": definition.name, "id": id_} | kept)
    return _stored(call, resource, first_version(resource), 201)


def _check_shape(definition: TypeDef, body: Any) -> None:
    if not isinstance(body, dict) or body.get("resourceType") != definition.name:
        raise bad_request("Invalid request")


def _check(rule: WriteRule, writing: Writing, wanted: str) -> None:
    """Raise the 422 of the first rule that the body breaks."""
    screen(rule, writing.body)
    missing = demanded(wanted, writing.body)
    if missing is not None:
        raise unprocessable("business-rule", missing)
    for check in rule.checks:
        said = check(writing)
        if said is not None:
            raise unprocessable("business-rule", said)


def _check_confined(call: Call, definition: TypeDef, body: Resource) -> None:
    """A token for one patient writes about that patient."""
    patient = call.grant().patient_for(definition.name, "c")
    if patient is not None and patient not in call.store.patients_of(body | {"id": ""}):
        raise forbidden("Forbidden resource")


def _twin(call: Call, writing: Writing) -> Resource | None:
    """An allergy to the same thing: creating it again updates the record there is."""
    body = writing.body
    if body["resourceType"] != "AllergyIntolerance":
        return None
    for patient in call.store.patients_of(body | {"id": ""}):
        for row in call.store.of_patient("AllergyIntolerance", patient):
            is_withdrawn = has_code(row.resource, "verificationStatus", "entered-in-error")
            if row.resource.get("code") == body.get("code") and not is_withdrawn:
                return row.resource
    return None


def _update(call: Call, definition: TypeDef, id_: str) -> Answer:
    rule = RULES[definition.name]
    before = _current(call, definition, id_)
    writing = _writing(call, definition, "u", {}, before)
    _check_match(call, before, rule.needs_match)
    body = _body(call, definition, _JSON)
    _check_shape(definition, body)
    if body.get("id", id_) != id_:
        raise bad_request("id must be that of the address")
    writing = replace(writing, body=body)
    _check(rule, writing, rule.update)
    for name in rule.fixed.split():
        if not _same(before.get(name), body.get(name)):
            raise unprocessable("business-rule", f"{name} cannot be changed")
    return _replaced(call, writing, rule, 200)


def _same(before: Any, after: Any) -> bool:
    """Whether an unchangeable element is the same; of a reference only where it points."""
    if isinstance(before, dict) and isinstance(after, dict) and "reference" in before:
        return bool(before["reference"] == after.get("reference"))
    if isinstance(before, dict) and isinstance(after, dict) and "text" in before | after:
        shared = [one for one in after.get("coding", []) if one in before.get("coding", [])]
        return bool(shared) or before.get("text") == after.get("text")
    return bool(before == after)


def _replaced(call: Call, writing: Writing, rule: WriteRule, status: int) -> Answer:
    """Full replacement: a supported element that is left out is gone, the server's own stay."""
    before = writing.before or {}
    supported = rule.elements.split()
    own = {name: value for name, value in before.items() if name not in supported}
    sent = {name: value for name, value in writing.body.items() if name in supported}
    resource = rule.finish(writing, own | sent)
    version = next_version(rule.name, version_of(before) or "0")
    return _stored(call, resource, version, status)


def _patch(call: Call, definition: TypeDef, id_: str) -> Answer:
    rule = RULES[definition.name]
    before = _current(call, definition, id_)
    writing = _writing(call, definition, "u", {}, before)
    _check_match(call, before, True)
    operations = _operations(_body(call, definition, _PATCH))
    for operation in operations:
        _check_operation(rule, operation)
    try:
        patched = apply(before, operations)
    except PatchError as error:
        raise unprocessable("business-rule", str(error)) from error
    if rule.patch_check is not None:
        said = rule.patch_check(replace(writing, body=patched))
        if said is not None:
            raise unprocessable("business-rule", said)
    version = next_version(rule.name, version_of(before) or "0")
    return _stored(call, patched, version, 200)


def _operations(body: Any) -> list[dict[str, Any]]:
    if not isinstance(body, list) or not body or not all(_is_operation(one) for one in body):
        raise bad_request("the body must be a JSON Patch")
    return body


def _is_operation(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("op"), str)
        and str(one.get("path", "")).startswith("/")
    )


def _check_operation(rule: WriteRule, operation: dict[str, Any]) -> None:
    """Only listed paths, each with its ops and values; below a list element any path goes."""
    path, op, value = operation["path"], operation["op"], operation.get("value")
    for one in rule.patches:
        is_below = path.startswith(f"{one.path}/") and "test" in one.ops
        if (path == one.path or is_below) and op in one.ops:
            if one.values and value not in one.values:
                wanted = " or ".join(map(str, one.values))
                raise unprocessable("business-rule", f"{path} must be {wanted}")
            return
    raise unprocessable("business-rule", f"{op} {path} is not supported")


def _delete(call: Call, definition: TypeDef, id_: str) -> Answer:
    before = _current(call, definition, id_)
    _writing(call, definition, "d", {}, before)
    _check_match(call, before, True)
    call.store.delete(definition.name, id_)
    return Answer(204)


def _current(call: Call, definition: TypeDef, id_: str) -> Resource:
    call.grant()
    found = call.store.get(definition.name, id_)
    if found is None:
        raise not_found()
    return found


def _check_match(call: Call, before: Resource, needed: bool) -> None:
    """412 without If-Match, 409 when somebody else was faster."""
    sent = call.headers.get("if-match")
    if sent is None and needed:
        raise refuse(412, "conflict", "no If-Match or invalid If-Match header provided")
    if sent is not None and sent != f'W/"{version_of(before) or "0"}"':
        raise _conflict(sent)


def _conflict(sent: str) -> Refusal:
    if not (sent.startswith('W/"') and sent.endswith('"')):
        return refuse(412, "conflict", "no If-Match or invalid If-Match header provided")
    return refuse(409, "conflict", "The resource was changed meanwhile")


def _stored(call: Call, resource: Resource, version: str, status: int) -> Answer:
    """Store a new version and say so with an empty body."""
    now = call.state.clock()
    meta = {"versionId": version, "lastUpdated": instant_text(now)}
    name = resource["resourceType"]
    text = {"status": "generated", "div": _NARRATIVE.format(name)}
    call.store.put(resource | {"meta": meta, "text": text})
    headers = {
        "ETag": f'W/"{version}"',
        "Last-Modified": format_datetime(now, usegmt=True),
    }
    if status == 201:
        headers["Location"] = f"{call.base}/{name}/{resource['id']}"
    return Answer(status, b"", headers, "text/html" if status == 201 else "application/fhir+json")
