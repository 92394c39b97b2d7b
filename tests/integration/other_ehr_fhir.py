"""The FHIR server of the other EHR: metadata, read and search over a handful of records."""

from collections.abc import Container
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.integration.other_ehr import HTML, Asked, Habits, Reply

Resource = dict[str, Any]
OBSERVATIONS = 12
_LOINC, _SNOMED = "http://loinc.org", "http://snomed.info/sct"


class Records:
    """Read and search; `tokens` are those that the authorization server gave out."""

    def __init__(self, habits: Habits, tokens: Container[str], security: Resource) -> None:
        self.habits = habits
        self.tokens = tokens
        self.security = security
        self.root = habits.root
        self.records = [self._written(one) for one in _records()]

    def _written(self, resource: Resource) -> Resource:
        """References and ids as this server writes them."""
        written: Resource = _map(resource, self._reference)
        if self.habits.ids != "text":
            written["id"] = _digits(written["id"])
        if self.habits.ids == "number":
            written["id"] = int(written["id"])
        return written

    def _reference(self, reference: str) -> str:
        form = self.habits.references
        if self.habits.ids != "text":
            name, _, own = reference.partition("/")
            reference = f"{name}/{_digits(own)}"
        if form == "absolute":
            return f"{self.habits.base.rstrip('/')}/{reference}"
        return f"{reference}/_history/3" if form == "versioned" else reference

    def __call__(self, asked: Asked) -> Reply | None:
        if not asked.path.startswith(f"{self.root}/"):
            return None
        parts = asked.path.removeprefix(f"{self.root}/").split("/")
        if parts == ["metadata"]:
            return self._metadata()
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return self._error(401, "Token unknown")
        if len(parts) == 1 and parts[0] in self.habits.broken:
            return self.habits.broken[parts[0]]
        if asked.method == "POST":
            return self._posted(asked, parts)
        if len(parts) == 2:
            return self._read(*parts)
        return self._search(asked, parts[0], asked.query)

    def _error(self, status: int, text: str) -> Reply:
        if self.habits.errors == "html":
            return Reply(status, b"<html><body>" + text.encode() + b"</body></html>", "text/html")
        issue = {"severity": "error", "code": "processing", "diagnostics": text}
        body = {"resourceType": "OperationOutcome", "issue": [issue]}
        return Reply(status, body, self.habits.media)

    def _metadata(self) -> Reply:
        if self.habits.statement == "down":
            return HTML
        if self.habits.statement == "html":
            return Reply(200, b"<html>Sign in first</html>", "text/html")
        rows = [self._row(name) for name in sorted({one["resourceType"] for one in self.records})]
        statement = {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "kind": "instance",
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [{"mode": "server", "security": self.security, "resource": rows}],
        }
        return Reply(200, statement, self.habits.media)

    def _row(self, name: str) -> Resource:
        row: Resource = {
            "type": name,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
        }
        names = {"params": [*self.habits.lists_by, "_id", "date"], "subject": ["subject"]}
        if self.habits.statement in names:
            found = [*names[self.habits.statement], *(["name"] if name == "Patient" else [])]
            row["searchParam"] = [{"name": one, "type": "reference"} for one in found]
        return row

    def _posted(self, asked: Asked, parts: list[str]) -> Reply:
        if self.habits.posts != "yes" or parts[-1:] != ["_search"]:
            return self._error(405, "POST is not allowed here")
        return self._search(asked, parts[0], parse_qsl(asked.body.decode()))

    def _read(self, name: str, own: str) -> Reply:
        for one in self.records:
            if (one["resourceType"], str(one["id"])) == (name, own):
                return Reply(200, one, self.habits.media)
        return self._error(404, f"No {name} {own}")

    def _search(self, asked: Asked, name: str, query: list[tuple[str, str]]) -> Reply:
        """Unknown parameters are refused, as a strict server does."""
        given = dict(query)
        known = {*self.habits.lists_by, "_count", "_id", "page", "name"}
        unknown = sorted(set(given) - known)
        if unknown:
            return self._error(400, f"Unknown search parameter {', '.join(unknown)}")
        found = [one for one in self.records if one["resourceType"] == name and _fits(one, given)]
        size = min(int(given.get("_count", 10)), self.habits.cap)
        page = int(given.get("page", 0))
        shown = found[page * size : (page + 1) * size]
        more = (page + 1) * size < len(found)
        return Reply(200, self._bundle(name, given, shown, (len(found), more)), self.habits.media)

    def _bundle(
        self, name: str, given: dict[str, str], shown: list[Resource], rest: tuple[int, bool]
    ) -> Resource:
        count, more = rest
        entries: list[Resource] = [{"resource": one} for one in shown]
        if self.habits.modes:
            entries = [one | {"search": {"mode": "match"}} for one in entries]
        bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
        totals = {"right": count, "more": count + 7, "fewer": 1, "text": f"{count}"}
        if self.habits.total in totals:
            bundle["total"] = totals[self.habits.total]
        if more:
            following = given | {"page": str(int(given.get("page", 0)) + 1)}
            bundle["link"] = [{"relation": "next", "url": self._next(name, urlencode(following))}]
        return bundle

    def _next(self, name: str, query: str) -> str:
        at = f"{self.root}/{name}?{query}"
        return {
            "query": f"?{query}",
            "path": f"{name}?{query}",
            "rooted": at,
            "default port": f"HTTPS://EHR.Example:443{at}",
            "port": f"https://ehr.example:8443{at}",
            "host": f"https://internal.example{at}",
            "http": f"http://ehr.example{at}",
        }.get(self.habits.next, f"{self.habits.host}{at}")


def _digits(own: str) -> str:
    return "".join(filter(str.isdigit, own))


def _fits(resource: Resource, given: dict[str, str]) -> bool:
    wanted = given.get("patient") or given.get("subject") or ""
    if "_id" in given:
        return str(resource["id"]) == given["_id"]
    if "name" in given:
        return given["name"].lower() in str(resource.get("name", "")).lower()
    subject: Resource = resource.get("subject") or {}
    named = str(subject.get("reference", ""))
    return named.split("/_history")[0].endswith(f"Patient/{wanted.removeprefix('Patient/')}")


def _map(node: Any, change: Any) -> Any:
    if isinstance(node, list):
        return [_map(one, change) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: change(value) if key == "reference" else _map(value, change)
        for key, value in node.items()
    }


def _coded(system: str, code: str, text: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def _records() -> list[Resource]:
    subject = {"reference": "Patient/p1"}
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": "Otherwise", "given": ["Olga"]}],
        "birthDate": "1951-03-09",
        "gender": "female",
        "identifier": [{"system": "urn:oid:1.2.36", "value": "77-11"}],
    }
    other = patient | {"id": "p2", "name": [{"family": "Somebody", "given": ["Else"]}]}
    condition = {
        "resourceType": "Condition",
        "id": "c1",
        "subject": subject,
        "code": _coded(_SNOMED, "38341003", "Hypertension"),
        "recorder": {"reference": "Practitioner/d1"},
    }
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Doktor"}]}
    return [patient, other, condition, doctor, *(_observation(n, subject) for n in range(1, 13))]


def _observation(number: int, subject: Resource) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "subject": subject,
        "code": _coded(_LOINC, "8867-4", "Heart rate"),
        "effectiveDateTime": f"2026-01-{number:02}T08:00:00Z",
        "valueQuantity": {"value": 60 + number, "unit": "/min"},
    }
