"""A page of every kind, for the tests that look at all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from playwright.sync_api import Page

from tests.browser import journeys
from tests.browser.conftest import Demo
from tests.browser.journeys import Sandbox, settle

FEW = "launch openid fhirUser user/Patient.rs patient/Patient.rs user/Encounter.rs"
LONG_NAME = "Wolfeschlegelsteinhausen-Featherstonehaugh-Cholmondeley-Vane"


@dataclass
class Tour:
    """A tab and the launches that it opened, each once."""

    page: Page
    demo: Demo
    launches: dict[str, str] = field(default_factory=dict)

    @property
    def sandbox(self) -> Sandbox:
        return journeys.sandbox_of(self.demo)

    def chart(self, family: str = "Alderton", **options: Any) -> str:
        """The address of a launch on this patient."""
        key = f"{family} {options}"
        if key not in self.launches:
            patient = self.sandbox.patient(family)["id"]
            self.launches[key] = journeys.open_top(self.page, self.demo, patient, **options)
        return self.launches[key]

    def search(self) -> str:
        """The address of a launch that has no patient yet."""
        if "search" not in self.launches:
            self.launches["search"] = journeys.sign_in_standalone(self.page, self.demo)
        return self.launches["search"]

    def first(self, query: str, family: str = "Alderton") -> str:
        """Type and id of a record, as its address ends."""
        patient = self.sandbox.patient(family)["id"]
        found = self.sandbox.matches(f"{query}&patient={patient}")[0]
        return f"{found['resourceType']}/{found['id']}/"


Way = Callable[[Tour], None]


def app(path: str, tour: Tour) -> None:
    """A page outside any chart."""
    tour.page.goto(tour.demo.app_url + path)


def chart(path: str, tour: Tour, family: str = "Alderton", **options: Any) -> None:
    """A page of a chart, when all of it has come."""
    tour.page.goto(tour.chart(family, **options) + path)
    settle(tour.page)


def record(query: str, tour: Tour, after: str = "") -> None:
    """The page of the first record that a search finds."""
    chart(f"records/{tour.first(query)}{after}", tour)


def search(tour: Tour, name: str = "") -> None:
    """The patient search, before or after one."""
    tour.page.goto(f"{tour.search()}patients/")
    if name:
        tour.page.get_by_label("Name", exact=True).fill(name)
        tour.page.get_by_role("button", name="Search").click()
        tour.page.locator("section.list, .notice").first.wait_for()


def search_refused(tour: Tour) -> None:
    search(tour)
    tour.page.get_by_role("button", name="Search").click()
    tour.page.get_by_role("alert").wait_for()


def confirm(tour: Tour) -> None:
    search(tour, "Alderton")
    tour.page.locator("tbody button").first.click()
    tour.page.get_by_role("button", name="Yes, open this record").wait_for()


def failing(path: str, tour: Tour) -> None:
    """A page on which one type cannot be read, in a launch that has nothing cached."""
    tour.launches = {k: v for k, v in tour.launches.items() if not k.startswith("Ashgrove")}
    tour.sandbox.break_down(kind="html", type="Procedure")
    try:
        chart(path, tour, "Ashgrove")
    finally:
        tour.sandbox.mend()


def filtered(tour: Tour) -> None:
    """A list of which our own filter leaves nothing."""
    chart("records/Condition/", tour)
    tour.page.locator("summary", has_text="Filter").click()
    tour.page.get_by_label("Contains").fill("no such words")
    tour.page.get_by_role("button", name="Show").click()
    tour.page.get_by_role("link", name="Clear").wait_for()


def form_refused(tour: Tour) -> None:
    chart("records/Slot/", tour)
    tour.page.get_by_role("button", name="Show").click()
    tour.page.locator(".field .error").first.wait_for()


def unfolded(tour: Tour) -> None:
    """A long record with everything on it opened."""
    record("DiagnosticReport?_count=5", tour)
    tour.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def signed_out(tour: Tour) -> None:
    tour.launches = {k: v for k, v in tour.launches.items() if not k.startswith("Bellweather")}
    chart("", tour, "Bellweather")
    tour.page.get_by_role("button", name="Sign out").click()
    tour.page.get_by_role("heading", name="This record is closed").wait_for()


def asked_twice(tour: Tour) -> None:
    """A sign-in that comes back with a state that nobody knows."""
    app("/callback?code=none&state=none", tour)


# The first words of the page's heading, and the way there.
KINDS: Mapping[str, tuple[str, Way]] = {
    "hospital chooser": ("Choose your hospital", partial(app, "/login/")),
    "patient search": ("Find a patient", search),
    "patients found": ("Find a patient", partial(search, name="a")),
    "no patient found": ("Find a patient", partial(search, name="Nobody-of-this-name")),
    "patient search refused": ("Find a patient", search_refused),
    "patient to confirm": ("Is this the right patient?", confirm),
    "summary": ("Summary", partial(chart, "")),
    "summary with little granted": ("Summary", partial(chart, "", scopes=FEW)),
    "summary of a deceased patient": ("Summary", partial(chart, "", family="Ravensworth")),
    "summary under a long name": ("Summary", partial(chart, "", family=LONG_NAME)),
    "summary with the EHR's banner": ("Summary", partial(chart, "", need_patient_banner=False)),
    "summary with a failing type": ("Summary", partial(failing, "")),
    "all records": ("All records", partial(chart, "records/")),
    "full list": ("Observations", partial(chart, "records/Observation/")),
    "long list": ("Conditions", partial(chart, "records/Condition/", family="Penhallow")),
    "withdrawn rows": ("Conditions", partial(chart, "records/Condition/?reveal=1")),
    "later rows": (
        "Conditions",
        partial(chart, "records/Condition/?start=100", family="Penhallow"),
    ),
    "empty list": ("Immunizations", partial(chart, "records/Immunization/")),
    "filtered list": ("Conditions", filtered),
    "list not granted": ("Observations", partial(chart, "records/Observation/", scopes=FEW)),
    "list that failed": ("This could not be shown safely", partial(failing, "records/Procedure/")),
    "list with ways to search": ("Appointments", partial(chart, "records/Appointment/")),
    "list that needs a form": ("Free slots", partial(chart, "records/Slot/")),
    "form refused": ("Free slots", form_refused),
    "type by id only": ("Specimens", partial(chart, "records/Specimen/")),
    "ids named elsewhere": ("Specimens", partial(chart, "records/Specimen/from/references/")),
    "operation": ("", partial(chart, "records/DocumentReference/operations/docref/")),
    "operation answered": (
        "",
        partial(chart, "records/DocumentReference/operations/docref/?asked=1"),
    ),
    "record": ("", partial(record, "MedicationRequest?_count=5")),
    "long record, unfolded": ("", unfolded),
    "record not found": ("", partial(chart, "records/Observation/999/")),
    "provenance": ("Where this record", partial(record, "Condition?", after="provenance/")),
    "card": ("Results", partial(chart, "cards/results/")),
    "allergies": ("Allergies", partial(chart, "lines/allergies/")),
    "launch failed": (
        "This EHR is not connected",
        partial(app, "/launch?iss=https://ehr.example/r4&launch=x"),
    ),
    "sign-in failed": ("This sign-in cannot be used", asked_twice),
    "record closed": ("This record is closed", signed_out),
    "page not found": ("Not found", partial(app, "/nothing/")),
    "staff sign-in": ("Staff sign-in", partial(app, "/accounts/login/")),
    "set-up": ("Make the first administrator", lambda tour: app(setup_path(tour.demo), tour)),
}


def setup_path(demo: Demo) -> str:
    return demo.setup_link.removeprefix(demo.app_url)


def open_kind(kind: str, tour: Tour) -> None:
    """Open the page of a kind and make sure that it is that page."""
    heading, way = KINDS[kind]
    way(tour)
    said = tour.page.locator("h1").first.inner_text()
    assert said.startswith(heading), f"{kind}: the heading is {said!r}"
