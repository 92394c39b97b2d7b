"""FHIR base addresses: what may be registered, and when two of them are the same."""

import ipaddress
import posixpath
import re
from urllib.parse import SplitResult, unquote, urlsplit

MAX_LENGTH = 2000
DEFAULT_PORTS = {"https": 443, "http": 80}
NOT_IN_AN_ADDRESS = re.compile(r"[\x00-\x20\\\x7f]")


class BadAddress(ValueError):
    """An address that cannot be one of an EHR; the message is for the administrator."""


def normal(url: str) -> str:
    """Give the form in which two addresses are compared: scheme, host, port, path without slash.

    Source: SMART App Launch 2.2; comparison as RFC 3986 section 6.2 allows without harm.

    Raises:
        BadAddress: not an absolute http(s) address, or one with user, query or fragment.
    """
    if len(url) > MAX_LENGTH or NOT_IN_AN_ADDRESS.search(url):
        raise BadAddress("the address is too long or holds characters that no address has")
    parts = _split(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise BadAddress("the address must start with https:// and name a host")
    if "@" in parts.netloc or "?" in url or "#" in url:
        raise BadAddress("the address must hold no user name, query or fragment")
    return f"{parts.scheme}://{_authority(parts)}{_path(parts.path)}"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadAddress(f"the address cannot be read: {error}") from error
    return parts


def _authority(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    if parts.port in (None, DEFAULT_PORTS[parts.scheme]):
        return host
    return f"{host}:{parts.port}"


def _path(path: str) -> str:
    decoded = unquote(path)
    if decoded.count("%") or "\\" in decoded:
        raise BadAddress("the path holds characters that no FHIR base has")
    collapsed = posixpath.normpath("/" + decoded.strip("/"))
    return "" if collapsed == "/" else collapsed


def is_loopback(url: str) -> bool:
    """Say whether the host is this machine, by name or number."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_base(url: str, *, allow_loopback: bool) -> str:
    """Give the FHIR base as registered, without a trailing slash changed.

    Raises:
        BadAddress: not https, or plain http anywhere but on this machine with `allow_loopback`.
    """
    compared = normal(url)
    if any(segment in (".", "..") for segment in unquote(urlsplit(url).path).split("/")):
        raise BadAddress("the path must not hold '.' or '..'")
    if is_loopback(url):
        if not allow_loopback:
            raise BadAddress(
                "the address is on this machine: allowed with --allow-loopback in development only"
            )
    elif compared.startswith("http://"):
        raise BadAddress("the address must be https")
    return url


def check_embed_origin(origin: str) -> str:
    """Give an origin fit for `frame-ancestors`.

    Raises:
        BadAddress: a wildcard, a bare scheme, a path, or plain http off this machine.
    """
    compared = normal(origin)
    parts = urlsplit(compared)
    if "*" in origin or parts.path:
        raise BadAddress(f"{origin!r} must be an origin such as https://ehr.hospital.org")
    if parts.scheme == "http" and not is_loopback(compared):
        raise BadAddress(f"{origin!r} must be https")
    return compared
