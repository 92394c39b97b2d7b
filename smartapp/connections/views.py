"""Our public keys, for EHRs that know us by private_key_jwt."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from smartapp.connections.register import published_keys


@require_safe
@cache_control(max_age=3600, public=True)
async def jwks(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"keys": await published_keys()})
