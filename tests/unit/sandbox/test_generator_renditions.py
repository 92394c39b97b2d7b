"""The bytes behind documents are what they say they are."""

import re
import struct
import zlib
from base64 import b64decode
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from smartapp.sandbox import generator
from smartapp.sandbox.generator.renditions import pdf, png, rtf

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def renditions():
    return generator.binaries(NOW)


@pytest.fixture(scope="module")
def record():
    return {f"{one['resourceType']}/{one['id']}": one for one in generator.generate(NOW)}


def of_type(renditions, content_type):
    found = [one.data for one in renditions if one.content_type == content_type]
    assert found
    return found


def attachments(resource):
    yield from resource.get("presentedForm", [])
    yield from (one["attachment"] for one in resource.get("content", []))


KINDS = ["application/pdf", "text/html", "text/rtf", "text/plain", "application/xml", "image/png"]


@pytest.mark.parametrize("content_type", KINDS)
def test_every_format_is_there(renditions, content_type):
    assert of_type(renditions, content_type)


def test_a_rendition_id_is_used_once(renditions):
    assert [key for key, n in Counter(one.id for one in renditions).items() if n > 1] == []


def test_every_rendition_is_linked_by_its_document(renditions, record):
    for one in renditions:
        owner = record[one.document]
        if one.document.startswith("Communication/"):
            assert owner["payload"][0]["contentReference"]["reference"] == f"Binary/{one.id}"
            continue
        links = {each["url"]: each["contentType"] for each in attachments(owner)}
        assert links[f"http://localhost:9000/r4/{generator.TENANT}/Binary/{one.id}"] == (
            one.content_type
        )


def test_every_attachment_has_its_bytes(renditions, record):
    known = {one.id for one in renditions}
    kinds = ("DocumentReference", "DiagnosticReport")
    chosen = [one for one in record.values() if one["resourceType"] in kinds]
    urls = [each["url"] for one in chosen for each in attachments(one)]
    assert urls
    assert [url for url in urls if url.rpartition("/")[2] not in known] == []


@pytest.mark.parametrize(
    ("prefix", "content_type"),
    [("XR-", "application/pdf"), ("TR-", "text/html"), ("XML-", "application/xml")],
)
def test_ids_tell_the_kind_of_rendition(renditions, prefix, content_type):
    chosen = {one.content_type for one in renditions if one.id.startswith(prefix)}
    assert chosen == {content_type}


def check_pdf(data):
    assert data.startswith(b"%PDF-1.4")
    assert data.endswith(b"%%EOF\n")
    start = int(data.rpartition(b"startxref\n")[2].split()[0])
    assert data[start:].startswith(b"xref\n")
    offsets = re.findall(rb"(\d{10}) 00000 n ", data[start:])
    for number, offset in enumerate(offsets, start=1):
        assert data[int(offset) :].startswith(b"%d 0 obj\n" % number)
    for length, body in re.findall(rb"/Length (\d+) >>\nstream\n(.*?)endstream", data, re.DOTALL):
        assert len(body) == int(length)


def test_every_pdf_has_a_true_cross_reference_table(renditions):
    for data in of_type(renditions, "application/pdf"):
        check_pdf(data)


def test_a_long_text_takes_several_pages():
    data = pdf([f"line {number}" for number in range(120)])
    check_pdf(data)
    assert data.count(b"/Type /Page ") == 3


def test_brackets_in_a_pdf_are_escaped():
    assert rb"\(a\\b\)" in pdf(["(a\\b)"])


def test_every_rtf_closes_its_groups(renditions):
    for data in of_type(renditions, "text/rtf"):
        plain = re.sub(rb"\\[{}\\]", b"", data)
        assert plain.startswith(b"{\\rtf1")
        assert plain.count(b"{") == plain.count(b"}")


def test_rtf_keeps_letters_outside_ascii():
    assert b"Zo\\u235?" in rtf("Zoë", ())


def test_rtf_marks_struck_out_text():
    assert b"{\\strike 80 mg}" in rtf("Dose", (), struck="80 mg")


def test_every_xml_is_a_clinical_document_with_sections(renditions):
    for data in of_type(renditions, "application/xml"):
        root = ElementTree.fromstring(data)  # noqa: S314 - our own writer's output
        assert root.tag == "{urn:hl7-org:v3}ClinicalDocument"
        assert len(root.findall(".//{urn:hl7-org:v3}section")) == 5


def test_an_html_note_escapes_what_was_typed(renditions):
    note = next(data for data in of_type(renditions, "text/html") if b"Unsafe" in data)
    assert b"Unsafe &lt;note&gt;" in note


def test_one_html_note_carries_an_unsafe_canary(renditions):
    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append(tag)

    found = []
    for data in of_type(renditions, "text/html"):
        Tags().feed(data.decode())
    assert "script" in found


def test_the_picture_is_a_whole_png():
    data = png(10, 4)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, kinds, pixels = 8, [], b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        check = struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0]
        assert check == zlib.crc32(kind + body)
        kinds.append(kind)
        pixels += body if kind == b"IDAT" else b""
        at += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(pixels)) == 4 * (10 + 1)


def test_media_holds_its_picture_inside(record):
    pictures = [one for one in record.values() if one["resourceType"] == "Media"]
    assert pictures
    for one in pictures:
        assert b64decode(one["content"]["data"]) == png()
        assert one["content"]["size"] == len(png())
