"""What error pages say: what happened, what it means, what to do. No details, names or versions."""

from dataclasses import dataclass

from smartapp.gateway import errors


@dataclass(frozen=True)
class Notice:
    """One error page or fragment. `retry` offers the same address again.

    `{system}` in the texts is the name of the EHR; `words` are the EHR's own.
    """

    status: int
    title: str
    text: str
    advice: str = ""
    retry: bool = False
    words: tuple[str, ...] = ()


BAD_REQUEST = Notice(
    400, "This request was not understood", "The address or the form that was sent is not valid."
)
NOT_PERMITTED = Notice(403, "Not permitted", "You may not open this page.")
NOT_FOUND = Notice(
    404,
    "Not found",
    "There is no page at this address, or it is not open to you.",
    "If you followed a link from a chart, open the chart again from the EHR.",
)
NO_SUCH_METHOD = Notice(405, "Not possible here", "This address does not accept such a request.")
TOO_LARGE = Notice(413, "Too large", "More was sent than this page accepts.")
TOO_MANY = Notice(
    429, "Too many attempts", "There were too many attempts in a short time.", "Wait some minutes."
)
FAULT = Notice(
    500,
    "This page could not be shown",
    "Something failed in this app. Nothing was changed in the patient's record.",
    "Try again; if it happens again, give the reference below to your support.",
    retry=True,
)
UNAVAILABLE = Notice(
    503,
    "This app is not available at the moment",
    "It cannot use its own database, and it shows nothing that it cannot also record.",
    "Try again in a minute.",
    retry=True,
)
STALE_FORM = Notice(
    403,
    "This form is no longer valid",
    "It was open for too long, or your sign-in changed meanwhile. Nothing was done.",
    "Open the page again and repeat the step.",
)
FOREIGN_POST = Notice(
    403, "Refused", "This request came from a page of another site, so it was not carried out."
)
BY_STATUS = {
    notice.status: notice
    for notice in (BAD_REQUEST, NOT_PERMITTED, NOT_FOUND, NO_SUCH_METHOD, TOO_LARGE, TOO_MANY)
}

UNSAFE = Notice(
    502,
    "This could not be shown safely",
    "The answer of {system} was not what was asked for, so nothing of it is shown.",
    "Look it up in {system}, and give the reference below to your support.",
    retry=True,
)
OF_FHIR: dict[type[errors.FhirError], Notice] = {
    errors.Unreachable: Notice(
        504,
        "{system} does not answer",
        "This part could not be loaded. It does not mean that nothing is recorded.",
        "Try again in a moment.",
        retry=True,
    ),
    errors.Throttled: Notice(
        503,
        "{system} is limiting requests",
        "This part could not be loaded yet. It does not mean that nothing is recorded.",
        "Try again in a moment.",
        retry=True,
    ),
    errors.SignInExpired: Notice(
        401,
        "Your sign-in with {system} has ended",
        "{system} no longer answers for this session, so nothing new can be shown.",
        "Open this app again from the patient's chart.",
    ),
    errors.ScopeMissing: Notice(
        403,
        "Not permitted",
        "{system} did not permit this app to read this kind of record, so it was not asked for."
        " Whether any are recorded is not known here.",
        "Look it up in {system}.",
    ),
    errors.Unsupported: Notice(
        501,
        "Not available",
        "{system} does not offer this to apps, so it was not asked for."
        " Whether any are recorded is not known here.",
        "Look it up in {system}.",
    ),
    errors.Forbidden: Notice(
        403,
        "Not permitted",
        "{system} does not permit you to see this. Whether anything is recorded is not known here.",
        "If you should see it, ask your EHR's administrator.",
    ),
    errors.NotFound: Notice(
        404,
        "No longer in the record",
        "{system} has no such record, or does not show it to you.",
        "Go back to the list to see what is there now.",
    ),
    errors.Gone: Notice(
        410,
        "No longer in the record",
        "This record was deleted in {system}.",
        "Go back to the list to see what is there now.",
    ),
    errors.Conflict: Notice(
        409,
        "Changed meanwhile",
        "The record was changed in {system} since you opened it. Nothing was overwritten.",
        "Open it again to see the newest version.",
    ),
    errors.Rejected: Notice(
        422, "{system} did not accept this request", "It gave this reason:", "", retry=False
    ),
    errors.Malformed: UNSAFE,
    errors.WrongPatient: Notice(
        502,
        "This could not be shown safely",
        "The answer of {system} held data of another patient, so nothing of it is shown.",
        "Look it up in {system}, and give the reference below to your support.",
    ),
}


def of_fhir(error: errors.FhirError) -> Notice:
    """The notice of the error's own class, or of the nearest class above it."""
    for kind in type(error).__mro__:
        if kind in OF_FHIR:
            return OF_FHIR[kind]
    return UNSAFE
