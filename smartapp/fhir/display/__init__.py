"""One function per datatype: from a value to the words a clinician reads."""

from smartapp.fhir.display.datatypes import show, show_as
from smartapp.fhir.display.shown import NOTHING, Coding, Shown

__all__ = ["NOTHING", "Coding", "Shown", "show", "show_as"]
