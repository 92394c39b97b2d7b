"""Who is signed in to the EHR in this browser."""

from starlette.requests import Request
from starlette.responses import Response

from smartapp.sandbox.auth.server import AuthServer
from smartapp.sandbox.users import Clinician

COOKIE = "sandbox_ehr_session"


def signed_in(server: AuthServer, http: Request) -> tuple[str | None, Clinician | None]:
    """The session's id and its clinician; both None when nobody is signed in."""
    session = http.cookies.get(COOKIE, "")
    user = server.sessions.get(session)
    return (session, user) if user else (None, None)


def remember(response: Response, session: str) -> None:
    """Give the browser its session; the scheme is plain http, so it cannot be Secure."""
    response.set_cookie(COOKIE, session, httponly=True, samesite="lax", path="/")


def forget(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
