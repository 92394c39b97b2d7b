"""How one EHR product deviates from base R4, per type, as data; and what a list needs there."""

from smartapp.gateway.dialects.listing import Kind, Listing, listing
from smartapp.gateway.dialects.rows import Default, Need, Way

__all__ = ["Default", "Kind", "Listing", "Need", "Way", "listing"]
