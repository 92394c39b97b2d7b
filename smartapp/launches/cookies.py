"""The cookies of a launch: one per authorization request, one per launch, one per browser."""

import uuid
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from smartapp.launches.models import REQUEST_LIFETIME

BROWSER = "__Host-browser"
YEAR_S = 365 * 24 * 3600


def flow_name(state_digest: str) -> str:
    """One cookie per flow, so that two launches at once do not clash."""
    return f"__Host-flow-{state_digest[:16]}"


def set_flow(response: HttpResponseBase, state_digest: str, value: str) -> None:
    _set(response, flow_name(state_digest), value, int(REQUEST_LIFETIME.total_seconds()), "/")


def clear_flow(response: HttpResponseBase, state_digest: str) -> None:
    response.delete_cookie(flow_name(state_digest), path="/", samesite=same_site())
    response.cookies[flow_name(state_digest)]["secure"] = True


def launch_path(launch_id: uuid.UUID) -> str:
    return f"/launches/{launch_id}/"


def set_launch(response: HttpResponseBase, launch_id: uuid.UUID, key: str) -> None:
    _set(
        response,
        settings.LAUNCH_COOKIE_NAME,
        key,
        settings.LAUNCH_LIFETIME_S,
        launch_path(launch_id),
    )


def clear_launch(response: HttpResponseBase, launch_id: uuid.UUID) -> None:
    name = settings.LAUNCH_COOKIE_NAME
    response.delete_cookie(name, path=launch_path(launch_id), samesite=same_site())
    response.cookies[name]["secure"] = True


def browser(request: HttpRequest) -> str | None:
    return request.COOKIES.get(BROWSER)


def set_browser(response: HttpResponseBase, value: str) -> None:
    _set(response, BROWSER, value, YEAR_S, "/")


def _set(response: HttpResponseBase, name: str, value: str, age_s: int, path: str) -> None:
    response.set_cookie(
        name, value, max_age=age_s, path=path, secure=True, httponly=True, samesite=same_site()
    )


def same_site() -> Literal["None", "Lax"]:
    """None where EHRs frame the app; Lax in a deployment that no page may embed (EM-02)."""
    return "None" if settings.EMBEDDING else "Lax"
