"""Results cut into pages, kept under opaque tokens of the shapes that the live server uses."""

import base64
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from secrets import token_bytes
from uuid import uuid4

from smartapp.sandbox.rows import Row

_ZLIB = {"Observation", "DocumentReference", "DiagnosticReport"}
_BASE64 = {"MedicationRequest", "ServiceRequest", "NutritionOrder"}


@dataclass(slots=True)
class Result:
    """What one search found, in order, and where its pages begin and end."""

    type_name: str
    rows: list[Row]
    bounds: list[tuple[int, int]]
    sent: list[tuple[str, str]]
    revinclude: bool
    includes: tuple[str, ...]
    patient: str | None

    def page(self, index: int) -> list[Row]:
        """Rows of one page; the second repeats the last of the first, as the live server may."""
        start, end = self.bounds[index]
        repeated = self.rows[start - 1 : start] if index == 1 else []
        return repeated + self.rows[start:end]


def cut(rows: list[Row], size: int | None) -> list[tuple[int, int]]:
    """Bounds of the pages; rows that lead (social history) all come on the first."""
    total = len(rows)
    if size is None or total <= size:
        return [(0, total)]
    leading = next((n for n, row in enumerate(rows) if not row.leads), total)
    bounds = [(0, min(total, leading + size))]
    while bounds[-1][1] < total:
        start = bounds[-1][1]
        # The repeated row takes a place of the second page, which stays within its size.
        room = size - 1 if len(bounds) == 1 and size > 1 else size
        bounds.append((start, min(total, start + room)))
    return bounds


class Pages:
    """The results being paged; the oldest tokens are forgotten first."""

    def __init__(self, limit: int = 20_000) -> None:
        self._limit = limit
        self._known: OrderedDict[str, tuple[Result, int]] = OrderedDict()

    def token(self, result: Result, index: int) -> str:
        """A new token for one page."""
        text = _shaped(result.type_name)
        self._known[text] = (result, index)
        while len(self._known) > self._limit:
            self._known.popitem(last=False)
        return text

    def find(self, text: str) -> tuple[Result, int] | None:
        """The page that a token stands for."""
        return self._known.get(text)

    def clear(self) -> None:
        """Forget every token."""
        self._known.clear()


def _shaped(type_name: str) -> str:
    if type_name in _ZLIB:
        return base64.urlsafe_b64encode(zlib.compress(token_bytes(40))).decode()
    if type_name in _BASE64:
        return base64.b64encode(token_bytes(31)).decode()
    return str(uuid4())
