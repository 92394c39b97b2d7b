"""Search: rows that match, in the server's order."""

from collections.abc import Callable, Iterable
from functools import partial

from smartapp.sandbox.fhir.answers import forbidden, unprocessable
from smartapp.sandbox.fhir.call import Call
from smartapp.sandbox.fhir.dates import Span, matches
from smartapp.sandbox.fhir.definition import Param, TypeDef
from smartapp.sandbox.fhir.paths import target, targets, walk_all
from smartapp.sandbox.fhir.query import Query, lists
from smartapp.sandbox.fhir.special import name_is
from smartapp.sandbox.fhir.text import begins
from smartapp.sandbox.fhir.types import DEFINITIONS
from smartapp.sandbox.rows import Row
from smartapp.sandbox.store import Store

Test = Callable[[Row], bool]
PATIENT_LIMIT = 1000
_BY_PATIENT = ("patient", "subject")


def find(call: Call, query: Query, patient: str | None) -> list[Row]:
    """The rows that match; confined to one patient when the token is."""
    definition, store = query.definition, call.store
    candidates, used = _candidates(store, query)
    rows = list(candidates)
    for test in _tests(store, query, used):
        rows = [row for row in rows if test(row)]
    if definition.hidden is not None and "_id" not in query.values:
        rows = [row for row in rows if _is_found(store, definition, row)]
    if patient is not None:
        rows = _confine(store, query, rows, patient)
    if definition.name == "Patient" and len(rows) > PATIENT_LIMIT:
        raise unprocessable("too-costly", "The search matches more than 1,000 patients")
    if "_lastUpdated" in query.dates and definition.order == "newest":
        rows = _by_update(definition, rows)
    return rows


def _candidates(store: Store, query: Query) -> tuple[Iterable[Row], str | None]:
    """The fewest rows to test, and the parameter that an index has already answered."""
    definition = query.definition
    wanted = query.first("_id")
    if wanted is not None:
        found = (store.get(definition.name, id_) for id_ in dict.fromkeys(wanted.split(",")))
        return (Row(one, definition) for one in found if one is not None), "_id"
    for name in _BY_PATIENT:
        param, value = definition.param(name), query.first(name)
        if param is not None and value is not None and set(param.paths) == set(definition.patient):
            return _of_patients(store, definition.name, lists(param, value)), name
    if definition.name == "Provenance" and "target" in query.values:
        return _about(store, definition, query.values["target"][0]), "target"
    return store.rows(definition.name), None


def _of_patients(store: Store, name: str, wanted: list[str]) -> Iterable[Row]:
    named = (target(one) or ("Patient", one) for one in wanted)
    ids = [id_ for type_name, id_ in named if type_name == "Patient"]
    if len(ids) == 1:
        return store.of_patient(name, ids[0])
    rows = {id(row): row for one in ids for row in store.of_patient(name, one)}
    return sorted(rows.values(), key=lambda row: row.rank(DEFINITIONS[name].order))


def _about(store: Store, definition: TypeDef, value: str) -> Iterable[Row]:
    aims = (target(one) for one in value.split(","))
    found = [one for aim in aims if aim is not None for one in store.about(aim)]
    return [Row(one, definition) for one in {one["id"]: one for one in found}.values()]


def _is_found(store: Store, definition: TypeDef, row: Row) -> bool:
    """Merged, ended and taken records are never found; the user's own data always is."""
    hidden = definition.hidden
    return hidden is None or not hidden(row.resource) or store.is_foreign(row.resource)


def _confine(store: Store, query: Query, rows: list[Row], patient: str) -> list[Row]:
    for name in _BY_PATIENT:
        wanted = query.first(name)
        if wanted is not None and wanted.rpartition("/")[2] != patient:
            raise forbidden("Forbidden resource")
    about = ((row, store.patients_of(row.resource)) for row in rows)
    return [row for row, patients in about if not patients or patient in patients]


def _by_update(definition: TypeDef, rows: list[Row]) -> list[Row]:
    updated = definition.param("_lastUpdated")
    if updated is None:
        return rows
    return sorted(rows, key=lambda row: _stamp(row, updated), reverse=True)


def _stamp(row: Row, updated: Param) -> float:
    spans = row.spans(updated)
    return spans[0].start.timestamp() if spans else 0.0


def _tests(store: Store, query: Query, used: str | None) -> list[Test]:
    tests: list[Test] = []
    found: list[Test]
    for name, values in query.values.items():
        param = query.definition.param(name)
        if param is None or name == used or param.kind in {"number", "fixed"}:
            continue
        if param.kind == "date":
            found = [partial(_dated, param, *one) for one in _effective(query, name)]
        else:
            found = [_test(store, param, values[0], query.modifiers.get(name))]
        if param.demanded:
            found = [partial(_or_foreign, store, param, one) for one in found]
        tests += found
    return tests


def _or_foreign(store: Store, param: Param, test: Test, row: Row) -> bool:
    """What cannot be left out of a search must not lose the user's own data."""
    if test(row):
        return True
    silent = param.kind != "date" or not row.spans(param)
    return silent and store.is_foreign(row.resource)


def _effective(query: Query, name: str) -> list[tuple[str, Span]]:
    """MedicationDispense: `date` is ignored beside `_lastUpdated`."""
    ignored = query.definition.name == "MedicationDispense" and "_lastUpdated" in query.dates
    return [] if ignored and name == "date" else query.dates[name]


def _test(store: Store, param: Param, value: str, modifier: str | None) -> Test:
    if modifier == "exact":
        return lambda row: name_is(row.resource, value, param.name)
    if param.matches is not None:
        return partial(_custom, param, lists(param, value))
    if param.kind == "string":
        return lambda row: any(begins(one, value) for one in walk_all(row.resource, param.paths))
    if param.chain:
        return partial(_chained, store, param, lists(param, value))
    if param.kind == "reference":
        return partial(_refers, param, lists(param, value), modifier)
    return partial(_coded, param, [_token(one) for one in lists(param, value)])


def _custom(param: Param, wanted: list[str], row: Row) -> bool:
    return any(param.matches is not None and param.matches(row.resource, one) for one in wanted)


def _dated(param: Param, prefix: str, wanted: Span, row: Row) -> bool:
    if param.name == "date" and row.resource.get("status") == "proposed":
        return False
    return any(matches(prefix, wanted, have) for have in row.spans(param))


def _token(value: str) -> tuple[str | None, str]:
    system, bar, code = value.partition("|")
    return (system, code) if bar else (None, value)


def _coded(param: Param, wanted: list[tuple[str | None, str]], row: Row) -> bool:
    codes = row.codes(param)
    return any(_holds(codes, system, code) for system, code in wanted)


def _holds(codes: frozenset[tuple[str, str]], system: str | None, code: str) -> bool:
    if system is None:
        return any(have == code for _, have in codes)
    if not code:
        return any(have == system for have, _ in codes)
    # A primitive code has no system of its own: any that is sent with it is right.
    return (system, code) in codes or (system != "" and ("", code) in codes and len(codes) == 1)


def _refers(param: Param, wanted: list[str], modifier: str | None, row: Row) -> bool:
    have = targets(row.resource, param.paths)
    return any(_is_target(one, modifier, have) for one in wanted)


def _is_target(wanted: str, modifier: str | None, have: set[tuple[str, str]]) -> bool:
    named = target(wanted)
    if named is not None:
        return named in have and (modifier is None or named[0] == modifier)
    return any(id_ == wanted and modifier in {None, name} for name, id_ in have)


def _chained(store: Store, param: Param, wanted: list[str], row: Row) -> bool:
    for key in targets(row.resource, param.paths):
        aimed = store.resolve(key)
        if aimed is None:
            continue
        if param.kind == "reference":
            have = targets(aimed, param.chain)
            if any(_is_target(one, None, have) for one in wanted):
                return True
        elif _token_on(aimed, param, wanted):
            return True
    return False


def _token_on(aimed: dict[str, object], param: Param, wanted: list[str]) -> bool:
    plain = Param(name=param.name, kind="token", paths=param.chain)
    row = Row(aimed, TypeDef(name=""))
    return _coded(plain, [_token(one) for one in wanted], row)
