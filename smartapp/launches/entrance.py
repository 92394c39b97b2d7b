"""Which connection a launch is for: by registered issuer, by slug, or by a one-time code."""

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone

from smartapp.connections.addresses import BadAddress, normal
from smartapp.connections.models import Connection
from smartapp.fhir.scopes import to_v1
from smartapp.launches import authorize, cookies
from smartapp.launches.authorize import Begun
from smartapp.launches.callback import Answer, without_cookies
from smartapp.launches.digests import digest, new_value
from smartapp.launches.failures import Failure, LaunchFailed
from smartapp.launches.models import WINDOW_LIFETIME, AuthorizationRequest, WindowCode

LONGEST = 2048
TRIED = "cookies-tried"


async def read_launch(query: QueryDict) -> tuple[Connection, str]:
    """Give the connection and the launch value of an EHR launch.

    Raises:
        LaunchFailed: a parameter is missing, doubled or too long; the issuer is not registered.
    """
    issuers, launches = query.getlist("iss"), query.getlist("launch")
    if len(issuers) != 1 or len(launches) != 1 or not issuers[0] or not launches[0]:
        raise LaunchFailed(Failure.BAD_REQUEST, "iss and launch must occur once each")
    if len(issuers[0]) > LONGEST or len(launches[0]) > LONGEST:
        raise LaunchFailed(Failure.BAD_REQUEST, "iss or launch is too long")
    return await by_issuer(issuers[0]), launches[0]


async def try_cookies(query: QueryDict, connection: Connection, parameter: str) -> HttpResponse:
    """Set a cookie in a frame and come back once, to see whether it survives.

    At the callback it would be too late: an EHR takes a launch value once, and the window of
    its own that is then offered needs it.

    Raises:
        LaunchFailed: it did not survive.
    """
    if TRIED in query:
        raise await without_cookies(connection, parameter)
    again = {"iss": query["iss"], "launch": parameter, TRIED: "1"}
    response = HttpResponseRedirect(f"{reverse('launch')}?{urlencode(again)}")
    cookies.set_browser(response, new_value())
    return response


async def by_issuer(issuer: str) -> Connection:
    """The registered connection of this FHIR base; nothing is fetched from an unknown one."""
    try:
        key = normal(issuer)
    except BadAddress as error:
        raise LaunchFailed(Failure.UNKNOWN_ISSUER, "iss is no FHIR base") from error
    return checked(await Connection.objects.filter(base_key=key).afirst())


async def by_slug(slug: str) -> Connection:
    return checked(await Connection.objects.filter(slug=slug).afirst())


def checked(connection: Connection | None) -> Connection:
    """Refuse what is unknown, switched off or not pinned."""
    if connection is None:
        raise LaunchFailed(Failure.UNKNOWN_ISSUER, "no such connection")
    if not connection.is_ready:
        raise LaunchFailed(Failure.NOT_READY, f"connection {connection.slug}")
    return connection


async def ready() -> list[Connection]:
    """The hospitals that one can sign in with."""
    found = Connection.objects.filter(
        enabled=True, discovered__isnull=False, changed_discovery__isnull=True
    )
    return [connection async for connection in found]


async def embed_origins() -> list[str]:
    """The origins of all connected EHRs: pages before a launch may appear in any of them."""
    lists = Connection.objects.filter(enabled=True).values_list("embed_origins", flat=True)
    return sorted({origin async for origins in lists for origin in origins})


async def take_window(code: str) -> WindowCode:
    """Consume a one-time code.

    Raises:
        LaunchFailed: unknown, used or older than a minute.
    """
    row = await WindowCode.objects.select_related("connection").filter(digest=digest(code)).afirst()
    taken = await WindowCode.objects.filter(pk=row.pk).adelete() if row else (0, {})
    if row is None or not taken[0] or timezone.now() - row.created_at > WINDOW_LIFETIME:
        raise LaunchFailed(Failure.STATE, "unknown, used or old window code")
    checked(row.connection)
    return row


async def older_scopes(row: AuthorizationRequest, answer: Answer) -> Begun | None:
    """A server that refuses 2.x scopes is asked once more in 1.0 form, and remembered.

    Source: smart-client practice; servers list `permission-v2` and still know 1.0 forms only.
    """
    older = to_v1(row.scope)
    if answer.error != "invalid_scope" or older == row.scope or row.connection.scope:
        return None
    await Connection.objects.filter(pk=row.connection_id).aupdate(
        scope_version=Connection.ScopeVersion.V1
    )
    return await authorize.begin(row.connection, row.launch_parameter, scope=older)
