"""The patient banner: what identifies, and what must not be missed."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from smartapp.fhir.patients import banner, name_of

ZONE = ZoneInfo("America/Chicago")
TODAY = date(2026, 7, 14)
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
MASKED = {"extension": [{"url": ABSENT, "valueCode": "masked"}]}


def of(**fields):
    return banner({"resourceType": "Patient", "id": "1", **fields}, TODAY, ZONE)


def test_name_born_age_and_gender_are_said_in_words():
    found = of(
        name=[{"family": "Okafor", "given": ["Ruth"], "prefix": ["Dr"]}],
        birthDate="1945-07-14",
        gender="female",
    )
    assert (found.name, found.born, found.age, found.gender) == (
        "OKAFOR, Ruth (Dr)",
        "14-Jul-1945",
        "81y",
        "Female",
    )


def test_what_is_not_stated_is_not_known():
    found = of()
    assert (found.name, found.born, found.gender, found.age) == ("Not known",) * 3 + ("",)


def test_what_is_masked_says_so():
    found = of(name=[MASKED], _birthDate=MASKED, _gender=MASKED)
    assert (found.name, found.born, found.gender) == ("Masked – withheld",) * 3


def test_a_name_in_force_goes_before_an_old_or_ended_one():
    names = [
        {"use": "old", "family": "Smith"},
        {"use": "official", "family": "Jones", "period": {"end": "2020-01-01"}},
        {"use": "usual", "family": "Okafor"},
    ]
    assert of(name=names).name == "OKAFOR"


def test_the_preferred_name_stands_beside_the_official_one():
    found = of(
        name=[{"use": "nickname", "given": ["Ruthie"]}, {"use": "official", "family": "Okafor"}]
    )
    assert (found.name, found.preferred) == ("OKAFOR", "Ruthie")


def test_a_long_name_is_never_cut():
    family = "A" * 60
    assert of(name=[{"family": family}]).name == family


@pytest.mark.parametrize(
    ("fields", "died", "age"),
    [
        (
            {"deceasedDateTime": "2020-07-15T03:00:00Z"},
            "Died 14-Jul-2020 22:00 −05:00",
            "75y",
        ),
        ({"deceasedDateTime": "2020"}, "Died 2020", ""),
        ({"deceasedBoolean": True}, "Died, date not recorded", ""),
    ],
)
def test_the_deceased_have_an_age_at_death_and_none_today(fields, died, age):
    found = of(birthDate="1945-07-14", **fields)
    assert (found.is_deceased, found.died, found.age) == (True, died, age)


def test_the_living_have_not_died():
    found = of(birthDate="1945-07-14", deceasedBoolean=False)
    assert (found.is_deceased, found.died) == (False, "")


def test_the_record_number_comes_first_with_its_assigner():
    found = of(
        identifier=[
            {"type": {"text": "Community number"}, "value": "C1"},
            {
                "type": {"coding": [{"code": "MR"}], "text": "MRN"},
                "value": "77",
                "assigner": {"display": "Northside"},
            },
            {"type": {"text": "MRN"}, "value": "old", "period": {"end": "2020-01-01"}},
            {"use": "old", "value": "older"},
        ]
    )
    assert [(line.label, line.value, line.assigner) for line in found.identifiers] == [
        ("MRN", "77", "Northside"),
        ("Community number", "C1", ""),
    ]


def test_a_merged_record_says_into_which():
    found = of(active=False, link=[{"type": "replaced-by", "other": {"reference": "Patient/9"}}])
    assert (found.is_inactive, found.merged_into) == (True, "Patient/9")


def test_the_surviving_record_says_which_it_replaces():
    found = of(link=[{"type": "replaces", "other": {"reference": "Patient/8"}}])
    assert (found.merged_into, found.replaces) == ("", ("Patient/8",))


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ({"code": "R"}, ("Restricted",)),
        ({"code": "V"}, ("Very restricted",)),
        ({"code": "PSY", "display": "psychiatry"}, ("psychiatry",)),
        ({"code": "N"}, ()),
        ({"code": "UNCERTREL"}, ()),
    ],
)
def test_a_security_label_that_restricts_is_said(label, words):
    assert of(meta={"security": [label]}).restricted == words


@pytest.mark.parametrize(
    "extension",
    [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
            "valueBoolean": True,
        },
        {
            "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed",
            "valueCoding": {"system": "http://snomed.info/sct", "code": "373066001"},
        },
    ],
)
def test_an_interpreter_needed_is_said(extension):
    assert of(extension=[extension]).interpreter == "Interpreter needed"


def test_the_preferred_language_is_said():
    languages = [
        {"language": {"text": "English"}},
        {"language": {"text": "Igbo"}, "preferred": True},
    ]
    assert of(communication=languages).language == "Igbo"


def test_sex_at_birth_is_among_the_details():
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
    assert of(extension=[{"url": url, "valueCode": "F"}]).details == (
        ("Sex assigned at birth", "Female"),
    )


def test_the_name_alone_is_the_banners_name():
    assert name_of({"name": [{"text": "Ruth of Ames"}]}, TODAY) == "Ruth of Ames"


def test_a_modifier_nobody_knows_is_kept_for_a_warning():
    assert of(modifierExtension=[{"url": "http://x/not-this-one"}]).modifiers == (
        "http://x/not-this-one",
    )
    assert of().modifiers == ()
