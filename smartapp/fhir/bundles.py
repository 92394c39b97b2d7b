"""A Bundle taken apart: matches, includes, issues, the next page; and OperationOutcomes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from smartapp.fhir import dates

_SEVERITIES = ("fatal", "error", "warning", "information")


class BundleError(ValueError):
    """What was answered is not a Bundle, or holds an entry that is not a resource."""


class Issue(NamedTuple):
    """One issue of an OperationOutcome; `text` is the server's own words."""

    severity: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a search answered. `total` is what the server claims, never proof of completeness."""

    matches: tuple[dict[str, Any], ...]
    includes: tuple[dict[str, Any], ...]
    issues: tuple[Issue, ...]
    next_url: str | None
    total: int | None


def parse(bundle: Any, type_name: str = "") -> Parsed:
    """Split a searchset; `type_name` is what was searched, to tell includes that are not marked.

    Raises BundleError: nothing is shown of an answer that cannot be read whole.
    """
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise BundleError("the answer is not a Bundle")
    matches: list[dict[str, Any]] = []
    includes: list[dict[str, Any]] = []
    issues: list[Issue] = []
    for mode, resource in _entries(bundle):
        if resource["resourceType"] == "OperationOutcome" and mode != "match":
            issues.extend(issues_of(resource))
        elif mode == "include" or (
            not mode and resource["resourceType"] != (type_name or resource["resourceType"])
        ):
            includes.append(resource)
        else:
            matches.append(resource)
    total = bundle.get("total")
    claimed = total if isinstance(total, int) and not isinstance(total, bool) else None
    return Parsed(tuple(matches), tuple(includes), tuple(issues), next_link(bundle), claimed)


def _entries(bundle: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """(search mode, resource) of each entry."""
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise BundleError("Bundle.entry is not a list")
    for place, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise BundleError(f"Bundle.entry[{place}] holds no resource")
        search = entry.get("search")
        mode = search.get("mode") if isinstance(search, dict) else ""
        yield mode if isinstance(mode, str) else "", resource


def next_link(bundle: dict[str, Any]) -> str | None:
    """The address of the next page as sent; None on the last."""
    links = bundle.get("link")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next":
            url = link.get("url")
            if isinstance(url, str) and url:
                return url
            raise BundleError("Bundle.link “next” has no address")
    return None


def newest(resources: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One per (type, id), in first-seen order: the newest version; unnamed ones are all kept.

    Newest is by meta.lastUpdated; without it the later seen wins, as versions are opaque.
    """
    kept: dict[tuple[Any, Any], dict[str, Any]] = {}
    for place, resource in enumerate(resources):
        name = resource.get("id")
        key = (resource.get("resourceType"), name if isinstance(name, str) else (place,))
        if key not in kept or _updated(resource) >= _updated(kept[key]):
            kept[key] = resource
    return list(kept.values())


def _updated(resource: dict[str, Any]) -> float:
    meta = resource.get("meta")
    moment = dates.seconds(meta.get("lastUpdated")) if isinstance(meta, dict) else None
    return moment if moment is not None else float("-inf")


def issues_of(outcome: Any) -> tuple[Issue, ...]:
    """The issues of an OperationOutcome; () for anything else."""
    if not isinstance(outcome, dict) or outcome.get("resourceType") != "OperationOutcome":
        return ()
    found = outcome.get("issue")
    rows = found if isinstance(found, list) else []
    return tuple(_issue(row) for row in rows if isinstance(row, dict))


def _issue(row: dict[str, Any]) -> Issue:
    severity, code = row.get("severity"), row.get("code")
    return Issue(
        severity if severity in _SEVERITIES else "error",
        code if isinstance(code, str) else "",
        _words(row),
    )


def _words(row: dict[str, Any]) -> str:
    """The server's words: details, diagnostics, and where in the resource."""
    details = row.get("details")
    details = details if isinstance(details, dict) else {}
    codings = details.get("coding")
    displays = (
        [c.get("display") for c in codings if isinstance(c, dict)]
        if isinstance(codings, list)
        else []
    )
    texts = [details.get("text"), *displays, row.get("diagnostics")]
    for key in ("expression", "location"):
        places = row.get(key)
        texts += places if isinstance(places, list) else []
    said = dict.fromkeys(text.strip() for text in texts if isinstance(text, str) and text.strip())
    return " – ".join(said)
