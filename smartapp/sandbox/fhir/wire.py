"""Resources to bytes and back, numbers exactly as written (1.10 stays 1.10)."""

from decimal import Decimal
from typing import Any

import msgspec

Resource = dict[str, Any]

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")

DecodeError = msgspec.DecodeError


def decode(body: bytes | str) -> Any:
    """The JSON value; raises `DecodeError` when it is none."""
    try:
        return _decoder.decode(body)
    except RecursionError as error:
        raise DecodeError("JSON is nested too deeply") from error


def encode(value: Any) -> bytes:
    """The value as JSON bytes."""
    return _encoder.encode(value)
