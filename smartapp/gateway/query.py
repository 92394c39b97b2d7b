"""The parameters of a search: the entry's, the caller's, the dialect's; checked before sending."""

from collections.abc import Iterable, Mapping, Sequence

from smartapp.fhir.entry import ResourceType
from smartapp.gateway.capability import Capability
from smartapp.gateway.dialects.listing import dialect_of, patient_parameter
from smartapp.gateway.dialects.rows import Dialect, Row, Way
from smartapp.gateway.errors import NotFound, Unsupported, WrongPatient
from smartapp.gateway.target import Policy
from smartapp.gateway.urls import flatten, is_id

Params = Mapping[str, str | Sequence[str]]
Pairs = tuple[tuple[str, str], ...]
_ANY = Capability()
_INCLUDES = ("_include", "_revinclude")
_PATIENT_NAMES = ("patient", "subject", "beneficiary")
_IDENTIFYING = frozenset(
    {
        *("name", "family", "given", "phonetic", "birthdate", "identifier"),
        *("phone", "email", "telecom", "address", "address-city", "address-state"),
        *("address-postalcode", "address-country"),
    }
)


def build(entry: ResourceType, params: Params, policy: Policy, cap: int) -> Pairs:
    """What to send, in order. Raises Unsupported for what the server would refuse or ignore.

    An ignored filter would give a list that says more than it was asked for, so it is not sent.
    """
    given = flatten(params.items())
    dialect = dialect_of(policy.capability)
    row = dialect.row(entry.name)
    names = {_bare(name) for name, _ in given}
    check_patient(entry, given, policy)
    pairs = [*given]
    if "_id" not in names:
        pairs += _completion(entry, names, policy, row, dialect)
    _check(entry, pairs, policy.capability or _ANY, dialect)
    if "_count" not in names and _counts(entry, policy.capability, {n for n, _ in pairs}):
        least, most = row.count
        pairs.append(("_count", str(max(least, min(cap, most)))))
    return tuple(pairs)


def identifies(pairs: Pairs) -> bool:
    """Whether a value may tell a person to whoever reads the URL."""
    return any(part in _IDENTIFYING for name, _ in pairs for part in _bare(name).split("."))


def _bare(name: str) -> str:
    return name.partition(":")[0]


def check_id(entry: ResourceType, resource_id: str, policy: Policy) -> None:
    """Raises NotFound for what can be no id, WrongPatient for another Patient than the launch's."""
    if not is_id(resource_id):
        raise NotFound("That is not an id that a record can have.")
    if entry.name == "Patient" and policy.patient not in {None, resource_id}:
        raise WrongPatient("Another patient was asked for than the one of this launch.")


def check_patient(entry: ResourceType, pairs: Pairs, policy: Policy) -> None:
    """A caller may name the launch's patient, and no other."""
    names = ("_id",) if entry.name == "Patient" else _PATIENT_NAMES
    for name, value in pairs:
        other = policy.patient and value.removeprefix("Patient/") != policy.patient
        if other and _bare(name) in names:
            raise WrongPatient("A search for another patient was not sent.")


def _completion(
    entry: ResourceType, names: set[str], policy: Policy, row: Row, dialect: Dialect
) -> Iterable[tuple[str, str]]:
    """What the caller left to us: the patient, and the constants of the way."""
    own = patient_parameter(entry, policy.capability)
    patient = own if own and policy.patient and not names & {*_PATIENT_NAMES, *row.alone} else None
    if not dialect.strict or not row.ways or own == "_id":
        return _by_patient(entry, names, policy, row, patient)
    way = next((way for way in row.ways if _fits(way, names, patient)), None)
    if way is None:
        needs = " or ".join(" and ".join(n.name for n in w.needs if n.required) for w in row.ways)
        raise Unsupported(f"The EHR searches {entry.name} only with {needs}.")
    wanted = any(need.name == "patient" for need in way.needs) and "patient" not in names
    pair = [("patient", policy.patient or "")] if wanted else []
    return [*pair, *((n, v) for n, v in way.fixed.items() if n not in names)]


def _by_patient(
    entry: ResourceType, names: set[str], policy: Policy, row: Row, patient: str | None
) -> list[tuple[str, str]]:
    pairs = []
    if patient and policy.patient:
        value = policy.patient if patient in {"patient", "_id"} else f"Patient/{policy.patient}"
        pairs.append((patient, value))
    elif "patient" in entry.search and not names:
        raise Unsupported(f"{entry.title} are listed for one patient, and none is chosen.")
    if not names & row.alone:
        pairs += [(n, v) for n, v in {**entry.fixed, **row.fixed}.items() if n not in names]
    return pairs


def _fits(way: Way, names: set[str], patient: str | None) -> bool:
    """Whether all that a way requires is there, the launch's patient included."""
    there = names | ({"patient"} if patient else set())
    return all(_bare(need.name) in there for need in way.needs if need.required)


def _check(
    entry: ResourceType, pairs: Sequence[tuple[str, str]], known: Capability, dialect: Dialect
) -> None:
    names = {_bare(name) for name, _ in pairs}
    for group in dialect.row(entry.name).exclusive:
        if len(names & group) > 1:
            raise Unsupported(f"The EHR does not combine {' and '.join(sorted(group & names))}.")
    for name, value in pairs:
        bare = _bare(name)
        if bare in _INCLUDES:
            offered = known.includes(entry.name, bare, value)
        else:
            offered = bare not in dialect.refused and known.supports(
                entry.name, "search-type", name
            )
        if not offered:
            raise Unsupported(f"The EHR does not search {entry.name} by {name}.")


def _counts(entry: ResourceType, capability: Capability | None, names: set[str]) -> bool:
    """Base R4 servers all take _count; this product only where it says so, never with _id."""
    if not dialect_of(capability).strict or capability is None:
        return True
    return "_id" not in names and "_count" in capability.parameters(entry.name)
