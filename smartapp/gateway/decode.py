"""Answer → JSON: strict, with numbers as Decimal, bounded in depth and digits, entry by entry."""

import re
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from smartapp.fhir.bundles import Issue, issues_of
from smartapp.fhir.entry import Resource
from smartapp.gateway.answer import Answer

DEPTH = 64
_PLAIN, _DIGITS = 30, 60
_EXPONENT = 300
_LIMIT_TEXT = 500
# Only the marks of structure are left: closing counts as one kind, so depth is exact.
_OPEN_CLOSE = bytes.maketrans(b"[]", b"{}")
_NOT_MARKS = bytes(byte for byte in range(256) if byte not in b'{}[]"')
_STRING = re.compile(rb'"[^"]*"')
_EMPTY: dict[str, Any] = {}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")


class Unreadable(ValueError):
    """The body is not the JSON that was asked for; the text says why and holds no content."""


class Opened(NamedTuple):
    """A Bundle with the entries that could be read, and how many could not."""

    bundle: Resource
    unreadable: int


def number(text: str) -> Decimal:
    """A JSON number as it was written; one that no instrument and no bill knows is refused."""
    value = Decimal(text)
    plain = len(text) <= _PLAIN and "e" not in text and "E" not in text
    if not plain and (len(text) > _DIGITS or not -_EXPONENT < value.adjusted() < _EXPONENT):
        raise ValueError("a number beyond all measure")
    return value


_ANY = msgspec.json.Decoder(float_hook=number)


_ENVELOPE = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENTRIES = msgspec.json.Decoder(list[msgspec.Raw])


def depth(body: bytes) -> int:
    """How deep objects and lists nest; DEPTH + 1 stands for anything deeper or unbalanced."""
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Two neighbouring quotes cancel out: what follows them stays inside or outside a string.
    marks = body.translate(_OPEN_CLOSE, _NOT_MARKS).replace(b'""', b"")
    if b'"' in marks:
        marks = _STRING.sub(b"", marks)
    for level in range(DEPTH + 1):
        if not marks:
            return level
        marks = marks.replace(b"{}", b"")
    return DEPTH + 1


def resource(answer: Answer) -> Resource:
    """The resource that the answer holds. Raises Unreadable."""
    check_type(answer)
    found = _object(answer.body)
    if not isinstance(found.get("resourceType"), str):
        raise Unreadable("the answer is no FHIR resource")
    return found


def check_type(answer: Answer) -> None:
    """JSON under any of its names, or under none at all."""
    if "json" not in answer.content_type and answer.content_type:
        raise Unreadable("the answer is not JSON")


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        raise Unreadable("the answer is empty")
    if depth(body) > DEPTH:
        raise Unreadable("the answer is nested too deep or cut short")
    try:
        found = _ANY.decode(body)
    except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError) as error:
        raise Unreadable("the answer is not valid JSON") from error
    if not isinstance(found, dict):
        raise Unreadable("the answer is no JSON object")
    return found


def bundle(answer: Answer) -> Opened:
    """The Bundle of the answer; an entry that cannot be read is left out and counted.

    Raises Unreadable when the Bundle itself cannot be read: nothing of it is used then.
    """
    check_type(answer)
    try:
        found = _object(answer.body)
    except Unreadable:
        found, poisoned = _entry_by_entry(answer.body)
    else:
        poisoned = 0
    entries = found.get("entry", [])
    if not isinstance(entries, list):
        raise Unreadable("the Bundle's entries are no list")
    good = [entry for entry in entries if _is_readable(entry)]
    found["entry"] = good
    return Opened(found, poisoned + len(entries) - len(good))


def _entry_by_entry(body: bytes) -> tuple[Resource, int]:
    """One poisoned entry spoils itself only; a body that is cut or broken spoils all."""
    try:
        parts = _ENVELOPE.decode(body)
        raw = _ENTRIES.decode(parts.pop("entry", msgspec.Raw(b"[]")))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Unreadable("the answer is not valid JSON") from error
    found = _object(msgspec.json.encode(parts))
    if found.get("resourceType") != "Bundle":
        raise Unreadable("the answer is not valid JSON")
    entries: list[dict[str, Any]] = []
    for text in raw:
        try:
            entries.append(_object(bytes(text)))
        except Unreadable:
            continue
    found["entry"] = entries
    return found, len(raw) - len(entries)


def _is_readable(entry: Any) -> bool:
    """Exact types, as JSON gives no others: this runs for every entry of every answer."""
    if type(entry) is not dict or type(entry.get("search", _EMPTY)) is not dict:
        return False
    held = entry.get("resource")
    return (
        type(held) is dict
        and type(held.get("resourceType")) is str
        and type(held.get("id", "")) is str
        and type(held.get("meta", _EMPTY)) is dict
    )


def issues(answer: Answer) -> tuple[Issue, ...]:
    """What an error's body says: OperationOutcome, {"code", "message"}, plain text, or nothing."""
    if answer.content_type == "text/plain":
        return _spoken("", answer.body.decode("utf-8", "replace"))
    if "json" not in answer.content_type:
        return ()
    try:
        found = _object(answer.body)
    except Unreadable:
        return ()
    return issues_of(found) or _spoken(str(found.get("code", "")), found.get("message"))


def _spoken(code: str, text: object) -> tuple[Issue, ...]:
    words = _CONTROLS.sub(" ", text).strip() if isinstance(text, str) else ""
    return (Issue("error", code, words[:_LIMIT_TEXT]),) if words else ()
