"""Columns of documents, messages, consents and forms."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from smartapp.fhir import codes
from smartapp.fhir.cells.shared import choice, concept, extension, items
from smartapp.fhir.columns import at, join
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import as_text, show_concept

Resource = Mapping[str, Any]

_EMAIL = codes.CERNER + "email-status"
MAX_FORM_DEPTH = 20


def title(resource: Resource, zone: tzinfo) -> Shown:
    """The type of a document, and its own title or description where it says something else."""
    shown = at(resource, "type", zone)
    other = at(resource, "description|content.attachment.title", zone).text
    if not shown.text:
        return Shown(other) if other else shown
    if other and other.casefold() != shown.text.casefold():
        return shown.reworded(f"{shown.text} – {other}")
    return shown


def doc_status(resource: Resource, zone: tzinfo) -> Shown:
    """How far a document is signed; an unsigned one stands out."""
    shown = at(resource, "docStatus", zone)
    if resource.get("docStatus") == "preliminary":
        return Shown("UNSIGNED", kind="code", tone="warning")
    return shown


def message_status(resource: Resource, zone: tzinfo) -> Shown:
    """Whether a message was read or answered, as the message centre says."""
    return extension(resource, _EMAIL, zone)


_DECISIONS = {
    ("deny",): "DENY",
    ("permit",): "Permit",
    ("deny", "permit"): "DENY and permit – see the details",
}
# By what the provision at the top says, where others inside it say the contrary.
_EXCEPTIONS = {"deny": "DENY, with exceptions that permit", "permit": "DENY in part, else permit"}


def decision(resource: Resource, zone: tzinfo) -> Shown:
    """DENY or Permit in words, deny first; nested provisions are exceptions to the one at the top.

    Source: FHIR R4 Consent.provision.type and Consent.provision.provision.
    """
    provision = resource.get("provision")
    found = tuple(sorted(set(_decisions(provision))))
    if not found:
        return Shown(missing="No decision stated")
    top = as_text(provision.get("type")) if isinstance(provision, dict) else ""
    text = _DECISIONS.get(found, ", ".join(found))
    if found == ("deny", "permit"):
        text = _EXCEPTIONS.get(top, text)
    return Shown(text, kind="code", tone="negated" if "deny" in found else "")


def _decisions(provision: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(provision, dict) and depth < MAX_FORM_DEPTH:
        if as_text(provision.get("type")):
            yield as_text(provision["type"])
        for below in items(provision.get("provision")):
            yield from _decisions(below, depth + 1)


def form(resource: Resource, zone: tzinfo) -> Shown:
    """The name of the form that was answered, else its address."""
    sibling = resource.get("_questionnaire")
    shown = extension(sibling, codes.STRUCTURE + "display", zone)
    plain = at(resource, "questionnaire", zone)
    return plain.reworded(shown.text) if shown.text else plain


def answers(resource: Resource, zone: tzinfo) -> Shown:
    """Question and answer, one after the other; what is not answered is said so, never no."""
    found = [Shown(text) for text in _answers(resource, zone)]
    return join(found) if found else Shown(missing="No questions")


def _answers(parent: Mapping[str, Any], zone: tzinfo, depth: int = 0) -> Iterator[str]:
    if depth > MAX_FORM_DEPTH:
        yield "(more below, see the details)"
        return
    for item in items(parent.get("item")):
        question = (as_text(item.get("text")) or as_text(item.get("linkId"))).rstrip(": ")
        given = list(items(item.get("answer")))
        texts = [
            shown.text or shown.missing or ""
            for one in given
            if (shown := choice(one, "value", zone))
        ]
        if given:
            yield f"{question}: {', '.join(filter(None, texts)) or 'no value'}"
        elif not item.get("item"):
            yield f"{question}: not answered"
        yield from _answers(item, zone, depth + 1)
        for one in given:
            yield from _answers(one, zone, depth + 1)


def questions(resource: Resource, zone: tzinfo) -> Shown:
    """How many questions a form has, with those inside groups."""
    count = _count(resource)
    return Shown(f"{count} question{'' if count == 1 else 's'}", kind="number")


def _count(parent: Mapping[str, Any], depth: int = 0) -> int:
    if depth > MAX_FORM_DEPTH:
        return 0
    rows = list(items(parent.get("item")))
    own = sum(row.get("type") not in {"group", "display"} for row in rows)
    return own + sum(_count(row, depth + 1) for row in rows)


def parameters(resource: Resource, zone: tzinfo) -> Shown:
    """The parameters of an operation: in and out, with their types."""
    found = []
    for row in items(resource.get("parameter")):
        use, kind = as_text(row.get("use")), as_text(row.get("type"))
        found.append(Shown(f"{as_text(row.get('name'))} ({', '.join(filter(None, (use, kind)))})"))
    return join(found)


def agents(resource: Resource, zone: tzinfo) -> Shown:
    """Who, each with the role."""
    found = []
    for row in items(resource.get("agent")):
        who = at({"resourceType": "Provenance", "agent": [row]}, "agent.who", zone)
        role = concept(row, "type", zone) or ", ".join(
            show_concept(item, zone).text for item in items(row.get("role"))
        )
        said = who.text or who.missing or "not named"
        found.append(who.reworded(f"{said} ({role})" if role else said))
    return join(found)


def sender_words(resource: Resource, zone: tzinfo) -> Shown:
    """From → to."""
    sender, to = at(resource, "sender", zone).text, at(resource, "recipient", zone).text
    if not sender and not to:
        return Shown()
    return Shown(f"{sender or 'not stated'} → {to or 'not stated'}", kind="reference")
