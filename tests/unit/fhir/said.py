"""What a column of the registry says of a resource made of these elements."""

from typing import Any
from zoneinfo import ZoneInfo

from smartapp.fhir.columns import cell
from smartapp.fhir.display import Shown
from smartapp.fhir.types import REGISTRY

ZONE = ZoneInfo("America/Chicago")
CERNER = "https://fhir-ehr.cerner.com/r4/StructureDefinition/"


def shown(type_name: str, title: str, /, **fields: Any) -> Shown:
    """The cell of the column with this title."""
    [column] = [column for column in REGISTRY[type_name].columns if column.title == title]
    return cell(column, {"resourceType": type_name, **fields}, ZONE)


def text(type_name: str, title: str, /, **fields: Any) -> str:
    """The words of that cell."""
    return shown(type_name, title, **fields).text


def adds(name: str, **value: Any) -> dict[str, Any]:
    """An element with one of the vendor's own extensions."""
    return {"extension": [{"url": CERNER + name, **value}]}
