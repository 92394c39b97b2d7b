"""The CapabilityStatement: what `types` declares, and nothing that is not served."""

from typing import Any

from smartapp.sandbox.auth.addresses import Addresses
from smartapp.sandbox.fhir.answers import Answer
from smartapp.sandbox.fhir.call import Call
from smartapp.sandbox.fhir.definition import Param, TypeDef
from smartapp.sandbox.fhir.query import REVINCLUDE
from smartapp.sandbox.fhir.types import DEFINITIONS

_CODES = {
    "r": "read",
    "s": "search-type",
    "c": "create",
    "u": "update",
    "p": "patch",
    "d": "delete",
}
_TITLE = "Sandbox EHR: an imitation of Oracle Health Millennium for developing and testing apps"
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_SERVICES = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_OPERATIONS = "https://fhir-ehr.cerner.com/r4/OperationDefinition"
_DOCREF = "http://hl7.org/fhir/us/core/OperationDefinition/docref"


def metadata(call: Call) -> Answer:
    """`GET /metadata`; no token is needed."""
    rest: dict[str, Any] = {"mode": "server", "documentation": _TITLE}
    if not call.open:
        rest["security"] = _security(call)
    rest["resource"] = [
        {"type": "CapabilityStatement", "interaction": [{"code": "read"}]},
        *(_resource(one, call.open) for one in sorted(DEFINITIONS.values(), key=lambda d: d.name)),
    ]
    return Answer(
        body={
            "resourceType": "CapabilityStatement",
            "url": f"{call.base}/metadata",
            "name": "SandboxCapabilityStatement",
            "title": "Sandbox Capability Statement",
            "status": "active",
            "date": call.state.clock().date().isoformat(),
            "publisher": "Sandbox EHR",
            "description": _TITLE,
            "kind": "instance",
            "instantiates": ["http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"],
            "implementation": {"description": _TITLE, "url": call.base},
            "fhirVersion": "4.0.1",
            "format": ["json", "application/fhir+json"],
            "patchFormat": ["application/json-patch+json"],
            "rest": [rest],
        }
    )


def _security(call: Call) -> dict[str, Any]:
    config = call.state.config
    addresses = Addresses(config.public_url, config.tenant).oauth_uris()
    uris = [{"url": name, "valueUri": address} for name, address in addresses.items()]
    return {
        "extension": [{"url": _OAUTH_URIS, "extension": uris}],
        "cors": True,
        "service": [{"coding": [{"system": _SERVICES, "code": "SMART-on-FHIR"}]}],
        "description": "OAuth2 using the SMART App Launch profile",
    }


def _resource(definition: TypeDef, read_only: bool) -> dict[str, Any]:
    does = [one for one in definition.does if not read_only or one in "rs"]
    resource: dict[str, Any] = {
        "type": definition.name,
        "interaction": [{"code": _CODES[one]} for one in does],
    }
    if definition.checks:
        resource["documentation"] = "; ".join(one.says for one in definition.checks)
    if "u" in does:
        resource["updateCreate"] = False
    if definition.includes:
        resource["searchInclude"] = list(definition.includes)
    if definition.revinclude:
        resource["searchRevInclude"] = [REVINCLUDE]
    params = [_param(definition, one) for one in definition.params if one.listed]
    if params:
        resource["searchParam"] = params
    if definition.operations:
        resource["operation"] = [
            _operation(definition, *one) for one in definition.operations.items()
        ]
    return resource


def _param(definition: TypeDef, param: Param) -> dict[str, str]:
    kind = "token" if param.kind == "fixed" else param.kind
    found = {"name": param.name, "type": kind, "documentation": _words(definition, param)}
    if param.name.startswith("_"):
        found["definition"] = f"http://hl7.org/fhir/SearchParameter/Resource-{param.name[1:]}"
    return found


def _words(definition: TypeDef, param: Param) -> str:
    if param.rule is not None:
        return f"Provided {param.rule.says}."
    if param.name == "_count":
        return f"Results on a page: {definition.page} by default, {definition.page_max} at most."
    if param.name == "_id":
        return f"One{' or a comma-separated list of' if param.many else ''} {definition.name} ids."
    return "A single value or a comma-separated list." if param.many else "A single value."


def _operation(definition: TypeDef, name: str, words: str) -> dict[str, str]:
    own = f"{_OPERATIONS}/{definition.name.lower()}-{name}"
    address = _DOCREF if name == "docref" else own
    return {"name": name, "definition": address, "documentation": words}
