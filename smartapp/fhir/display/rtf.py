"""A small RTF reader: RTF found in a note, to plain text that keeps struck-out text marked.

Source: Rich Text Format Specification 1.9.1: groups, destinations, characters, tables.
"""

import codecs
import re
from itertools import groupby
from typing import NamedTuple

MAX_GROUPS = 1_000
_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,40})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+"
    r"|([^\\{}\r\n]+)"
)
_DESTINATIONS = """
fonttbl colortbl stylesheet info pict objdata fldinst template themedata datastore listtable
listoverridetable rsidtbl generator xmlnstbl latentstyles filetbl revtbl nonshppict
colorschememapping bkmkstart bkmkend shpinst mmathPr
"""
_SKIPPED = frozenset(_DESTINATIONS.split())
_SYMBOLS = {
    "par": "\n",
    "line": "\n",
    "sect": "\n",
    "page": "\n",
    "row": "\n",
    "nestrow": "\n",
    "cell": " | ",
    "nestcell": " | ",
    "tab": "\t",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": " ",
    "enspace": " ",
}
_CHARACTERS = {"~": "\u00a0", "_": "\u2011", "-": "", "\n": "\n", "\r": "\n"}
_SWITCHES = {"strike": "struck", "striked": "struck", "deleted": "deleted", "v": "hidden"}
_MARKS = {"struck": "[struck out: ", "deleted": "[deleted: ", "hidden": "[hidden: "}
_CHARSETS = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}


class _State(NamedTuple):
    """What a group inherits: whether it is skipped, its marks, its code page and `\\uc`."""

    is_skipped: bool = False
    marks: frozenset[str] = frozenset()
    script: str = ""
    codec: str = ""
    fallbacks: int = 1
    in_fonts: bool = False


def is_rtf(text: str) -> bool:
    """Whether a text is an RTF document."""
    return text.lstrip()[:6].startswith("{\\rtf")


def to_text(document: str) -> str | None:
    """Plain text of an RTF document; None where it is too damaged to be read with certainty."""
    reader = _Reader()
    try:
        reader.read(document.strip().rstrip("\x00"))
    except ValueError:
        return None
    return _tidy(reader.text())


class _Reader:
    """One pass over the tokens, with a stack of group states."""

    def __init__(self) -> None:
        self.stack: list[_State] = []
        self.state = _State()
        self.pieces: list[tuple[frozenset[str], str, str]] = []
        self.bytes = bytearray()
        self.skip_next = 0
        self.is_starred = False
        self.page = "cp1252"
        self.font = 0
        self.fonts: dict[int, str] = {}

    def read(self, document: str) -> None:
        """Read it whole; ValueError where a group is not closed or a token makes no sense."""
        place = 0
        while place < len(document):
            match = _TOKEN.match(document, place)
            if match is None or (place and not self.stack):
                raise ValueError("damaged RTF")
            place = match.end()
            if match[1] == "bin":
                place += min(max(int(match[2] or 0), 0), len(document) - place)
            else:
                self._token(*match.groups(""))
        self._flush()
        if self.stack:
            raise ValueError("RTF group not closed")

    def _token(self, *parts: str) -> None:
        word, number, byte, symbol, brace, plain = parts
        if word:
            self._word(word, int(number) if number else None)
        elif byte:
            self._byte(int(byte, 16))
        elif brace:
            self._brace(brace)
        elif symbol:
            self._symbol(symbol)
        elif plain:
            self._plain(plain)

    def _brace(self, brace: str) -> None:
        self._flush()
        self.is_starred = False
        if brace == "{":
            if len(self.stack) >= MAX_GROUPS:
                raise ValueError("RTF nested too deeply")
            self.stack.append(self.state)
        else:
            self.state = self.stack.pop()
            self.skip_next = 0

    def _symbol(self, symbol: str) -> None:
        """`\\*` before a destination, or an escaped character."""
        self.is_starred = symbol == "*"
        if not self.is_starred:
            self._put(_CHARACTERS.get(symbol, symbol))

    def _word(self, word: str, number: int | None) -> None:
        is_starred, self.is_starred = self.is_starred, False
        if word == "fonttbl":
            self.state = self.state._replace(is_skipped=True, in_fonts=True)
        elif word in _SKIPPED or (is_starred and word not in {"shppict", "pn", "nesttableprops"}):
            self._flush()
            self.state = self.state._replace(is_skipped=True)
        elif word == "u" and number is not None:
            self._unicode(number)
        elif word in _SYMBOLS:
            self._put(_SYMBOLS[word])
        elif word in {"f", "fcharset", "ansicpg", "uc", "mac", "pc"}:
            self._set(word, 0 if number is None else number)
        else:
            self._format(word, number)

    def _set(self, word: str, number: int) -> None:
        """Code pages, fonts, and how many characters stand in for one of `\\u`."""
        self._flush()
        if word == "uc":
            self.state = self.state._replace(fallbacks=max(number, 0))
        elif word == "fcharset":
            self.fonts[self.font] = _CHARSETS.get(number, "")
        elif word == "f":
            self.font = number
            if not self.state.in_fonts:
                self.state = self.state._replace(codec=self.fonts.get(number, ""))
        else:
            self.page = {"mac": "mac_roman", "pc": "cp437"}.get(word) or _codec(number)

    def _format(self, word: str, number: int | None) -> None:
        """Formatting that changes what the text means; any other is not looked at."""
        is_on = number != 0
        if word in _SWITCHES:
            self._flush()
            name = frozenset({_SWITCHES[word]})
            marks = self.state.marks | name if is_on else self.state.marks - name
            self.state = self.state._replace(marks=marks)
        elif word in {"super", "sub", "nosupersub"}:
            self._flush()
            script = {"super": "^", "sub": "_"}.get(word, "") if is_on else ""
            self.state = self.state._replace(script=script)
        elif word == "plain":
            self._flush()
            kept = self.state.marks & {"deleted"}
            self.state = self.state._replace(marks=kept, script="")

    def _unicode(self, number: int) -> None:
        self._put(chr(number % 0x10000))
        self.skip_next = self.state.fallbacks

    def _byte(self, byte: int) -> None:
        if self.skip_next:
            self.skip_next -= 1
        elif not self.state.is_skipped:
            self.bytes.append(byte)

    def _plain(self, text: str) -> None:
        cut = min(self.skip_next, len(text))
        self.skip_next -= cut
        self.is_starred = False
        if text[cut:]:
            self._put(text[cut:])

    def _put(self, text: str) -> None:
        self._flush()
        self.skip_next = 0
        if not self.state.is_skipped:
            self.pieces.append((self.state.marks, self.state.script, text))

    def _flush(self) -> None:
        """The bytes so far as characters of the code page in force."""
        if self.bytes:
            text = bytes(self.bytes).decode(self.state.codec or self.page, "replace")
            self.bytes.clear()
            self.pieces.append((self.state.marks, self.state.script, text))

    def text(self) -> str:
        """All pieces, runs of one mark put in brackets, super- and subscripts as ^ and _."""
        runs = []
        for marks, group in groupby(self.pieces, key=lambda piece: piece[0]):
            said = "".join(_scripted(script, text) for _, script, text in group)
            opened = "".join(_MARKS[name] for name in sorted(marks))
            runs.append(f"{opened}{said}{']' * len(marks)}" if said.strip() else said)
        return "".join(runs)


def _scripted(script: str, text: str) -> str:
    return f"{script}{text}" if script and text.strip() else text


def _codec(page: int) -> str:
    """Python's name of a Windows code page; Western where it is not known."""
    try:
        return codecs.lookup(f"cp{page}").name
    except LookupError:
        return "cp1252"


def _tidy(text: str) -> str:
    """Surrogate pairs joined, spaces at line ends and runs of blank lines taken away."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    lines = [re.sub(r"(?: \|)+\Z", "", line.rstrip()) for line in joined.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
