"""How generated resources become bytes and stay exactly as they were written."""

import msgspec

from smartapp.sandbox.generator.datatypes import Json

_encoder = msgspec.json.Encoder(decimal_format="number")


def dumps(resource: Json) -> bytes:
    """The resource as JSON; a Decimal is a number with all its digits (1.10 stays 1.10)."""
    return _encoder.encode(resource)
