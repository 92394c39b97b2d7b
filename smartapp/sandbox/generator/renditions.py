"""Our own small writers of document bytes: PDF, RTF, HTML, plain text and PNG."""

import struct
import zlib
from collections.abc import Sequence
from html import escape

Table = Sequence[Sequence[str]]
_PAGE_LINES = 48


def _pdf_text(line: str) -> bytes:
    raw = line.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        raw = raw.replace(special, b"\\" + special)
    return raw


def _pdf_page(lines: Sequence[str]) -> bytes:
    rows = b"".join(b"(" + _pdf_text(line) + b") Tj T*\n" for line in lines)
    content = b"BT\n/F1 11 Tf\n14 TL\n56 740 Td\n" + rows + b"ET\n"
    return b"<< /Length %d >>\nstream\n" % len(content) + content + b"endstream"


def _pdf_objects(pages: Sequence[Sequence[str]]) -> list[bytes]:
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % len(pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (5 + 2 * number)
        )
        objects.append(_pdf_page(lines))
    return objects


def pdf(lines: Sequence[str]) -> bytes:
    """A PDF of as many pages as the lines need; letters outside cp1252 become `?`."""
    starts = range(0, max(len(lines), 1), _PAGE_LINES)
    objects = _pdf_objects([lines[start : start + _PAGE_LINES] for start in starts])
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _rtf_text(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
    units = safe.encode("utf-16-le")
    codes = (number for (number,) in struct.iter_unpack("<h", units))
    return "".join(chr(code) if 0 <= code < 128 else f"\\u{code}?" for code in codes)


def _rtf_row(cells: Sequence[str]) -> str:
    edges = "".join(f"\\cellx{2400 * (number + 1)}" for number in range(len(cells)))
    body = "".join(f"{_rtf_text(cell)}\\cell " for cell in cells)
    return f"\\trowd\\trgaph108{edges}\\pard\\intbl {body}\\row\n"


def rtf(title: str, paragraphs: Sequence[str], table: Table = (), struck: str = "") -> bytes:
    """An RTF note: bold title, paragraphs, a table, and a text that was struck out."""
    parts = [r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}}\f0\fs20" + "\n"]
    parts.append(f"{{\\b {_rtf_text(title)}}}\\par\n")
    parts += [f"\\pard {_rtf_text(paragraph)}\\par\n" for paragraph in paragraphs]
    parts += [_rtf_row(row) for row in table]
    if struck:
        parts.append(f"\\pard {{\\strike {_rtf_text(struck)}}}\\par\n")
    return ("".join(parts) + "}").encode("ascii")


def html_table(table: Table) -> str:
    """A table whose first row is its header."""
    if not table:
        return ""
    head, *rows = table
    titles = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table border="1"><tr>{titles}</tr>{"".join(lines)}</table>'


def html(title: str, paragraphs: Sequence[str], table: Table = (), raw: str = "") -> bytes:
    """An HTML note; `raw` is appended unescaped, for notes that carry unsafe markup."""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    head = f'<head><meta charset="utf-8"><title>{escape(title)}</title></head>'
    page = f"<html>{head}<body><h1>{escape(title)}</h1>{body}{html_table(table)}{raw}</body></html>"
    return page.encode()


def text(title: str, paragraphs: Sequence[str], table: Table = ()) -> bytes:
    """A plain text note in UTF-8."""
    rows = ["\t".join(row) for row in table]
    return "\r\n".join([title.upper(), "", *paragraphs, "", *rows, ""]).encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def png(width: int = 96, height: int = 64) -> bytes:
    """A grey picture like a film: a bright column between two dark fields."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            middle = abs(2 * x - width) * 255 // width
            rows.append(max(24, 255 - middle - (y * 90 // height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )
