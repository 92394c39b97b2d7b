"""Which URLs belong to a connection: same origin, and its base as a prefix of path segments."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

_PORTS = {"https": 443, "http": 80}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
# What no address holds unencoded; in a query that a server echoed we encode it, before it never.
_ODD = re.compile(r"[\x20\x80-\U0010ffff<>\"^`{}]")
_PLAIN = re.compile(r"[A-Za-z0-9._~-]*")
_HIDDEN = re.compile(r"%(2e|2f|5c|25|00)", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9\-._]{1,64}")
Origin = tuple[str, str, int]
Params = Iterable[tuple[str, str]]


class UrlRefused(ValueError):
    """A URL that the connection does not own, or that hides where it leads."""


def origin(url: str) -> Origin:
    """Scheme, host and port, in small letters and with the default port filled in.

    Raises UrlRefused for user info, a missing host, or a scheme other than http and https.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UrlRefused("the address cannot be read") from error
    return _origin(parts.scheme, parts.netloc)


@lru_cache(maxsize=256)
def _origin(scheme: str, netloc: str) -> Origin:
    """Kept for the hosts that we know; never the rest of an address, which may name a person."""
    try:
        parts = urlsplit(f"{scheme}://{netloc}")
        port = parts.port
    except ValueError as error:
        raise UrlRefused("the address cannot be read") from error
    if scheme not in _PORTS or not parts.hostname:
        raise UrlRefused("the address is not an http address")
    if "@" in netloc:
        raise UrlRefused("the address carries user information")
    return scheme, parts.hostname, _PORTS[scheme] if port is None else port


def inside(base: str, url: str, current: str = "") -> str:
    """The absolute URL of a link that came from the EHR, if it lies under `base`.

    `current` is the URL of the answer that held the link. The query stays as sent.
    Raises UrlRefused with the reason.
    """
    url = _clean(url)
    start = current if url.startswith("?") and current else base.rstrip("/") + "/"
    absolute = _joined(start, url).partition("#")[0]
    if origin(absolute) != origin(base):
        raise UrlRefused("the address is on another host")
    _check_path(urlsplit(base).path, urlsplit(absolute).path)
    return absolute


def _joined(start: str, url: str) -> str:
    if "://" in url.partition("?")[0]:
        return url
    try:
        return urljoin(start, url)
    except ValueError as error:
        raise UrlRefused("the address cannot be read") from error


def _clean(url: str) -> str:
    address, mark, rest = url.partition("?")
    if _CONTROL.search(url) or _ODD.search(address):
        raise UrlRefused("the address holds characters that no address has")
    return address + mark + _ODD.sub(lambda odd: quote(odd.group()), rest)


def _check_path(base: str, path: str) -> None:
    if _HIDDEN.search(path):
        raise UrlRefused("the address hides a part of its path")
    segments, wanted = path.split("/"), base.rstrip("/").split("/")
    if any(segment in {".", ".."} for segment in segments):
        raise UrlRefused("the address climbs out of its path")
    if segments[: len(wanted)] != wanted:
        raise UrlRefused("the address is outside the base")


def is_inside(base: str, url: str) -> bool:
    """Whether a token of this connection may go to `url`."""
    try:
        inside(base, url)
    except UrlRefused:
        return False
    return True


def relative(base: str, url: str) -> str:
    """`url` without its base: what a cursor carries. Raises UrlRefused when it is outside."""
    absolute = inside(base, url)
    path = urlsplit(absolute).path[len(urlsplit(base).path.rstrip("/")) :].lstrip("/")
    query = urlsplit(absolute).query
    return f"{path}?{query}" if query else path


def is_id(text: str) -> bool:
    """Whether `text` is a FHIR id: letters, digits, hyphen and dot, and no path trick."""
    return bool(_ID.fullmatch(text)) and text not in {".", ".."}


def query(params: Params) -> str:
    """A query string; everything but plain characters encoded (a raw | or :// breaks proxies)."""
    return "&".join(f"{_quoted(name, ':')}={_quoted(value, ',')}" for name, value in params)


def _quoted(text: str, safe: str) -> str:
    return text if _PLAIN.fullmatch(text) else quote(text, safe="-._~" + safe)


def flatten(params: Iterable[tuple[str, str | Sequence[str]]]) -> tuple[tuple[str, str], ...]:
    """Parameters as pairs, in order; a sequence repeats its name."""
    return tuple(
        (name, item)
        for name, value in params
        for item in ([value] if isinstance(value, str) else value)
    )


def absolute(base: str, query_url: str) -> str:
    """The opposite of `relative`, checked again. Raises UrlRefused."""
    stem = base.rstrip("/")
    return inside(base, f"{stem}{query_url}" if query_url[:1] == "?" else f"{stem}/{query_url}")
