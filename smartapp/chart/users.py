"""Who looks, as the EHR knows them."""

from smartapp.fhir.elements import target
from smartapp.launches.grants import Identity
from smartapp.launches.models import Launch


async def practitioner_of(launch: Launch) -> str:
    """The id of the signed-in practitioner at this EHR; "" where the EHR did not say."""
    grant = launch.grant
    identity = await Identity.objects.filter(
        connection_id=grant.connection_id, issuer=grant.issuer, subject=grant.subject
    ).afirst()
    found = target(identity.fhir_user, launch.connection.fhir_base) if identity else None
    return found[1] if found and found[0] == "Practitioner" else ""
