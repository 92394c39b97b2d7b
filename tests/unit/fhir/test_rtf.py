"""RTF in a note becomes text in which struck-out words do not read as live."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartapp.fhir.display import show_as
from smartapp.fhir.display.rtf import is_rtf, to_text


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (r"{\rtf1\ansi plain}", "plain"),
        (r"{\rtf1 Give {\strike 10 mg} 5 mg}", "Give [struck out: 10 mg] 5 mg"),
        (r"{\rtf1 a \strike b\strike0  c}", "a [struck out: b] c"),
        (r"{\rtf1 {\deleted gone} left}", "[deleted: gone] left"),
        (r"{\rtf1 {\v secret} open}", "[hidden: secret] open"),
        (r"{\rtf1 10{\super 3}/uL, H{\sub 2}O}", "10^3/uL, H_2O"),
        (r"{\rtf1 one\par two\line three}", "one\ntwo\nthree"),
        (r"{\rtf1\trowd a\cell b\cell\row c\cell d\cell\row}", "a | b\nc | d"),
        (r"{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\*\x y}shown}", "shown"),
        (r"{\rtf1\ansi caf\'e9}", "café"),
        (r"{\rtf1\ansicpg1251 \'cf}", "П"),
        (r"{\rtf1{\fonttbl{\f1\fcharset204 T;}}\f1\'cf\f0\'e9}", "Пé"),
        (r"{\rtf1\uc1\u8364?x}", "€x"),
        (r"{\rtf1\uc2\u8364 ??x}", "€x"),
        (r"{\rtf1\u-10179?\u-8704?}", "😀"),
        (r"{\rtf1\bin5 {{{{{after}", "after"),
        (r"{\rtf1 \{ \} \\ \emdash  \lquote a\rquote}", "{ } \\ — ‘a’"),
        (r"{\rtf1{\field{\*\fldinst HYPERLINK evil}{\fldrslt words}}}", "words"),
        (r"{\rtf1{\pict 89504e47}picture}", "picture"),
    ],
)
def test_rtf_is_read_as_text(rtf, text):
    assert to_text(rtf) == text


@pytest.mark.parametrize(
    "rtf", [r"{\rtf1 open {", r"{\rtf1 a}b", "{\\rtf1 " + "{" * 2000 + "}" * 2001, r"{\rtf1 a\\"]
)
def test_damaged_rtf_is_not_read_at_all(rtf):
    assert to_text(rtf) is None


def test_a_note_in_rtf_is_said_as_text():
    shown = show_as("Annotation", {"text": r"{\rtf1 Give {\strike 10} 5}"}, None, UTC)
    assert (shown.text, shown.raw) == ("Give [struck out: 10] 5", False)


def test_a_note_in_damaged_rtf_is_shown_raw_and_marked():
    shown = show_as("Annotation", {"text": r"{\rtf1 Give {"}, None, UTC)
    assert (shown.text, shown.raw) == (r"{\rtf1 Give {", True)


def test_a_text_that_begins_with_a_brace_is_no_rtf():
    assert not is_rtf("{rtf} is a format")


@given(
    st.lists(st.sampled_from(["{", "}", r"\par ", r"\strike ", r"\u1234", r"\'e9", r"\*", "a "]))
)
def test_no_sequence_of_tokens_makes_the_reader_fail(tokens):
    found = to_text("{\\rtf1 " + "".join(tokens) + "}")
    assert found is None or isinstance(found, str)
