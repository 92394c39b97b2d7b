import pytest

from smartapp.gateway import errors
from smartapp.ui.absence import Absence, absence_of, told


def test_no_two_absences_are_said_in_the_same_words() -> None:
    said = [told(absence) for absence in Absence]
    assert len({one.headline for one in said}) == len({one.text for one in said}) == len(Absence)


@pytest.mark.parametrize("absence", list(Absence))
def test_the_ehr_is_named_and_no_placeholder_is_left(absence) -> None:
    text = told(absence, "General Hospital").text
    assert "{" not in text
    assert "General Hospital" in text


@pytest.mark.parametrize("absence", [a for a in Absence if a is not Absence.EMPTY])
def test_only_empty_says_that_there_is_nothing(absence) -> None:
    assert "none" not in f"{told(absence).headline} {told(absence).text}".lower().split()


@pytest.mark.parametrize(
    ("error", "absence"),
    [
        (errors.ScopeMissing, Absence.NOT_GRANTED),
        (errors.Forbidden, Absence.NOT_GRANTED),
        (errors.Unsupported, Absence.NOT_SUPPORTED),
        (errors.Unreachable, Absence.FAILED),
        (errors.Throttled, Absence.FAILED),
        (errors.SignInExpired, Absence.FAILED),
        (errors.NotFound, Absence.FAILED),
        (errors.Rejected, Absence.FAILED),
        (errors.Malformed, Absence.FAILED),
        (errors.WrongPatient, Absence.FAILED),
    ],
)
def test_an_error_is_never_an_empty_record(error, absence) -> None:
    assert absence_of(error("")) is absence
