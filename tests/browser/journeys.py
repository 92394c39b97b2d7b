"""Ways through the demo that several browser tests take, and what its EHR knows."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from playwright.sync_api import BrowserContext, ConsoleMessage, Frame, Page, expect

from smartapp.sandbox.config import TENANT
from tests.browser.conftest import Demo

# A proxy that the shell names must not be asked for this machine's own pages.
DIRECT = build_opener(ProxyHandler({}))
# A busy machine is slow, not wrong.
expect.set_options(timeout=15_000)
LAUNCH_PATH = re.compile(r"/launches/[0-9a-f-]{36}/")
LOADING = ".wait, .htmx-request"


@dataclass(frozen=True)
class Sandbox:
    """The EHR's own doors for tests: data without a token, launches, faults."""

    url: str

    def get(self, path: str) -> Any:
        """A read or search at the open service root; None where the server refuses it."""
        try:
            with DIRECT.open(f"{self.url}/open/{TENANT}/{path}", timeout=20) as answer:
                return json.load(answer)
        except HTTPError:
            return None

    def patient(self, family: str) -> dict[str, Any]:
        """The one patient of this family name."""
        (entry,) = self.get(f"Patient?family={family}")["entry"]
        return dict(entry["resource"])

    def matches(self, query: str) -> list[dict[str, Any]]:
        """All pages of a search; nothing where this server has no such search."""
        found, bundle = [], self.get(query)
        while bundle:
            found += [dict(entry["resource"]) for entry in bundle.get("entry", ())]
            links = {link["relation"]: link["url"] for link in bundle["link"]}
            bundle = self.get(links["next"].partition(TENANT)[2][1:]) if "next" in links else None
        return found

    def launch_url(self, patient: str, **more: Any) -> str:
        """The address that the EHR would open in its frame."""
        return str(self._send("/control/launch", {"patient": patient, **more})["url"])

    def break_down(self, **fault: Any) -> None:
        """Arm a fault of the FHIR server."""
        self._send("/control/faults", fault)

    def mend(self) -> None:
        """Take all faults out."""
        self._send("/control/faults", None, "DELETE")

    def _send(self, path: str, data: Any, method: str = "POST") -> Any:
        body = None if data is None else json.dumps(data).encode()
        headers = {"Content-Type": "application/json"}
        # S310 warns of other schemes: this is the demo's own address.
        request = Request(self.url + path, body, headers, method=method)  # noqa: S310  only ever the address of the demo
        with DIRECT.open(request, timeout=20) as answer:
            said = answer.read()
        return json.loads(said) if said else None


def sandbox_of(demo: Demo) -> Sandbox:
    return Sandbox(demo.sandbox_url)


def sign_in_to_ehr(page: Page, demo: Demo, clinician: str = "Lund, Petra") -> None:
    """To the worklist."""
    page.goto(f"{demo.sandbox_url}/sign-in")
    page.get_by_role("button", name=clinician).click()
    expect(page.get_by_role("heading", name="Patients")).to_be_visible()


def open_chart(page: Page, demo: Demo, patient: str) -> Frame:
    """The app in the EHR's frame, on this patient."""
    page.goto(f"{demo.sandbox_url}/charts/{patient}/smartapp")
    return app_frame(page)


def app_frame(page: Page, number: int = 0) -> Frame:
    """The frame in which the app runs, once its launch has led to a page of the app."""
    element = page.locator("iframe.app").nth(number)
    expect(element.content_frame.locator("main#main")).to_be_attached()
    handle = element.element_handle()
    frame = handle.content_frame() if handle else None
    assert frame is not None
    return frame


def open_top(page: Page, demo: Demo, patient: str, **more: Any) -> str:
    """A launch in a tab of its own, as PowerChart's web view opens it; gives its address."""
    page.goto(sandbox_of(demo).launch_url(patient, **more), wait_until="domcontentloaded")
    return launch_of(page)


def sign_in_standalone(page: Page, demo: Demo, clinician: str = "Lund, Petra") -> str:
    """From the hospital chooser to the patient search; gives the launch's address."""
    page.goto(f"{demo.app_url}/login/")
    page.get_by_role("link", name="Sandbox EHR").click()
    page.get_by_role("button", name=clinician).click()
    expect(page.get_by_role("heading", name="Find a patient")).to_be_visible()
    return launch_of(page)


def choose_patient(page: Page, family: str) -> str:
    """Search by family name, compare, confirm; gives the address of the new launch."""
    page.get_by_label("Name", exact=True).fill(family)
    page.get_by_role("button", name="Search").click()
    page.locator("tbody button").first.click()
    page.get_by_role("button", name="Yes, open this record").click()
    expect(page.get_by_role("banner")).to_be_visible()
    return launch_of(page)


def launch_of(page: Page | Frame) -> str:
    """The address of the launch that a page belongs to, with its last slash."""
    found = LAUNCH_PATH.search(page.url)
    assert found, f"not a page of a launch: {page.url}"
    return page.url[: found.end()]


def settle(page: Page | Frame) -> None:
    """Wait until nothing on the page is still loading by itself."""
    expect(page.locator(LOADING)).to_have_count(0, timeout=20_000)


VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
# A frame that may not even look at a store has nothing in it.
STORED = """
async () => {
  const stores = [
    () => Object.keys(localStorage),
    () => Object.keys(sessionStorage),
    async () => (await indexedDB.databases()).map((one) => one.name),
    () => caches.keys(),
    async () => (await navigator.serviceWorker.getRegistrations()).map((one) => one.scope),
  ];
  const refused = (error) => {
    const refusals = ["SecurityError", "UnknownError", "NotSupportedError"];
    if (refusals.includes(error.name)) return [];
    throw error;
  };
  const read = stores.map(async (names) => [...(await names())]);
  return (await Promise.all(read.map((one) => one.catch(refused)))).flat();
}
"""


def heard_in(context: BrowserContext) -> list[str]:
    """Errors in the console of any page of the context, its breaches of policy among them."""
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(f"{message.text} ({message.location.get('url')})")

    context.add_init_script(VIOLATIONS)
    context.on("console", listen)
    context.on("weberror", lambda error: heard.append(str(error.error)))
    return heard


def stored(page: Page | Frame) -> list[str]:
    """The names of all that this site keeps in the browser, cookies apart."""
    return list(page.evaluate(STORED))
