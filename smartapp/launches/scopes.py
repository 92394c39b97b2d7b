"""Which scopes to ask a server for: what the pages need, in the words this server knows."""

from smartapp.connections.discovery import Discovered
from smartapp.connections.models import Connection
from smartapp.fhir.scopes import Scopes, request_for
from smartapp.fhir.types import REGISTRY

METADATA = {"OperationDefinition", "StructureDefinition"}
V2_LETTERS = "cruds"


def requested(connection: Connection, discovered: Discovered, *, standalone: bool) -> str:
    """Give the scope parameter of an authorization request.

    Source: SMART App Launch 2.2 section 3 (scopes), 1.0 forms for servers that know only those.
    """
    if connection.scope:
        return " ".join(connection.scope.split())
    version = scope_version(connection, discovered)
    offered = set(discovered.scopes_supported)
    first = [*_identity(discovered), *_context(discovered, standalone), *_refresh(discovered)]
    return " ".join([*first, *data_scopes(version, Scopes.parse(" ".join(offered)))])


def scope_version(connection: Connection, discovered: Discovered) -> str:
    """`v1` or `v2`: as the connection says, else as the server's capabilities or scopes show."""
    if connection.scope_version != Connection.ScopeVersion.AUTO:
        return connection.scope_version
    if "permission-v2" in discovered.capabilities:
        return "v2"
    if "permission-v1" in discovered.capabilities:
        return "v1"
    return "v2" if any(map(_is_v2, discovered.scopes_supported)) else "v1"


def _is_v2(scope: str) -> bool:
    letters = scope.partition("?")[0].rpartition(".")[2]
    return "/" in scope and bool(letters) and set(letters) <= set(V2_LETTERS)


def _context(discovered: Discovered, standalone: bool) -> list[str]:
    """`launch` in an EHR launch; in a standalone one ask for a patient where the server picks.

    The list of scopes is not exhaustive, so the server's capability says it as well.
    """
    if not standalone:
        return ["launch"]
    offered, able = discovered.scopes_supported, discovered.capabilities
    picks = not offered or "context-standalone-patient" in able
    patient = ["launch/patient"] if picks or "launch/patient" in offered else []
    return [*patient, *(["launch/encounter"] if "launch/encounter" in offered else [])]


def _identity(discovered: Discovered) -> list[str]:
    """Ask who the user is, unless the server lists its scopes and knows nothing of it."""
    offered = discovered.scopes_supported
    if offered and "openid" not in offered and "sso-openid-connect" not in discovered.capabilities:
        return []
    old = "profile" in offered and "fhirUser" not in offered
    return ["openid", "profile" if old else "fhirUser"]


def _refresh(discovered: Discovered) -> list[str]:
    """Stay signed in while the user is: never longer than the session (`online_access`)."""
    offered = set(discovered.scopes_supported) | set(discovered.capabilities)
    for scope, capability in (
        ("online_access", "permission-online"),
        ("offline_access", "permission-offline"),
    ):
        if {scope, capability} & offered:
            return [scope]
    return [] if offered else ["online_access"]


def data_scopes(version: str, offered: Scopes) -> list[str]:
    """One scope a type in the clinician's own right (`user/`), where the server has that.

    A server that lists only wildcards gets wildcards; one that lists nothing is asked for both
    levels, type by type.
    """
    levels = [level for level in ("user", "patient") if types_of(offered, level)]
    wildcards = [level for level in levels if "*" in types_of(offered, level)]
    suffix = "rs" if version == "v2" else "read"
    if wildcards:
        return [f"{level}/*.{suffix}" for level in wildcards]
    types = [entry for name, entry in REGISTRY.items() if name not in METADATA]
    number = 2 if version == "v2" else 1
    if not levels:
        return [request_for(types, number, "", level) for level in ("user", "patient")]
    return [request_for(types, number, "", levels[0], offered)]


def types_of(offered: Scopes, level: str) -> set[str]:
    """The types that some scope of this level lets us read."""
    return {s.type_name for s in offered.resources if s.level == level and "r" in s.letters}
