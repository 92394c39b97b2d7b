"""The FHIR operations that the chart offers, each with its form and its parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

Params = dict[str, str]
_DAY = {"type": "date"}


class Period(forms.Form):
    """Two days, either of which may be left open."""

    start = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("start") and given.get("end") and given["start"] > given["end"]:
            self.add_error("end", "This day lies before the first one.")
        return given


class CareUnit(forms.Form):
    """The organization whose caregivers are looked for."""

    organization = forms.CharField(
        label="Id of the care unit (an organization)",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a type that answers with a list; `parameters(data, patient, zone)`."""

    type_name: str
    name: str
    title: str
    lead: str
    form: type[forms.Form]
    parameters: Callable[[Mapping[str, Any], str, ZoneInfo], Params]


def _documents(data: Mapping[str, Any], patient: str, zone: ZoneInfo) -> Params:
    params = {"patient": patient}
    if data.get("start"):
        params["start"] = _moment(data["start"], time.min, zone)
    if data.get("end"):
        params["end"] = _moment(data["end"], time(23, 59, 59), zone)
    return params


def _moment(day: date, hour: time, zone: ZoneInfo) -> str:
    return datetime.combine(day, hour, zone).isoformat()


def _caregivers(data: Mapping[str, Any], patient: str, zone: ZoneInfo) -> Params:
    return {"_id": data["organization"]}


OPERATIONS = (
    Operation(
        "DocumentReference",
        "docref",
        "Documents made on demand ($docref)",
        "The EHR lists, or makes, the summary documents of this patient for the days you choose.",
        Period,
        _documents,
    ),
    Operation(
        "Organization",
        "get-cg-for-mrcu",
        "Caregiver organizations of a care unit ($get-cg-for-mrcu)",
        "The EHR names the organizations whose caregivers work in this unit.",
        CareUnit,
        _caregivers,
    ),
)
