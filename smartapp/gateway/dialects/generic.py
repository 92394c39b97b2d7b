"""Base R4: what holds for any server that we know nothing special of."""

from smartapp.gateway.dialects.rows import Default, Dialect, Need

DIALECT = Dialect()

# How a form asks for a parameter; all others are plain text under their own name.
_NEEDS = {
    need.name: need
    for need in (
        Need("name", "Name"),
        Need("family", "Family name"),
        Need("given", "Given name"),
        Need("birthdate", "Birth date"),
        Need("identifier", "Identifier", kind="token"),
        Need("owned-by", "Owned by organization", kind="reference"),
        Need("actor", "Actor", kind="reference"),
        Need("service-type", "Service type", kind="token"),
        Need("target", "About resource", kind="reference"),
        Need("encounter", "Encounter", kind="reference", default=Default.ENCOUNTER),
        Need("start", "Start", kind="period", default=Default.PERIOD, days=(0, 30)),
        Need("date", "Date", kind="period", default=Default.PERIOD),
    )
}


def need(name: str, *, required: bool = False) -> Need:
    """How to ask for a search parameter by its name; base R4 requires none."""
    known = _NEEDS.get(name) or Need(name, name.replace("-", " ").capitalize(), kind="token")
    return Need(
        known.name,
        known.title,
        known.kind,
        known.default,
        required,
        prefixes=known.prefixes,
        days=known.days,
    )
