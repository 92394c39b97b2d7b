"""Pages of the sandbox: templates, and the headers that go with them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from smartapp.sandbox.wording import day

_EHR = Path(__file__).parent / "ehr"
STATIC = _EHR / "static"
HOSPITAL = "Northside General Hospital"


def origin(address: str) -> str:
    """Scheme, host and port of an address, as a Content-Security-Policy names it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _policy(framed: bool, frames: Iterable[str], forms: Iterable[str]) -> str:
    """`forms` matters for redirects too: a browser checks where a form's answer leads."""
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            "base-uri 'none'",
            " ".join(("frame-src 'self'", *sorted(set(frames)))),
            " ".join(("form-action 'self'", *sorted(set(forms)))),
            f"frame-ancestors {chr(39)}{'self' if framed else 'none'}{chr(39)}",
        )
    )


def path(*parts: str, **query: str) -> str:
    """An address of ours; ids come from data, so every part is quoted."""
    address = "/" + "/".join(quote(part, safe="") for part in parts)
    return f"{address}?{urlencode(query)}" if query else address


class Html:
    """Renders the sandbox's own templates."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_EHR / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(hospital=HOSPITAL, path=path)
        self._environment.filters["day"] = day

    def page(
        self,
        template: str,
        context: dict[str, Any],
        *,
        status: int = 200,
        framed: bool = False,
        frames: Iterable[str] = (),
        forms: Iterable[str] = (),
    ) -> HTMLResponse:
        """A page; `framed` lets our own pages show it in a frame."""
        headers = {
            "Content-Security-Policy": _policy(framed, frames, forms),
            "Cache-Control": "no-store",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        text = self._environment.get_template(template).render(context)
        return HTMLResponse(text, status_code=status, headers=headers)
