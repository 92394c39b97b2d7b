"""What only some types have: operations, provenance of a record, ids known from references."""

import asyncio
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from smartapp.chart import cards, lists
from smartapp.chart.asks import FROM, TO, Ask, Params
from smartapp.chart.frame import (
    context_of,
    failed,
    failure,
    frame,
    links_of,
    reach_of,
    table_of,
)
from smartapp.chart.navigation import State, is_granted, reaches
from smartapp.chart.tables import split
from smartapp.fhir.elements import target
from smartapp.fhir.entry import Resource, ResourceType
from smartapp.fhir.order import newest_first
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.dialects import Need, Way
from smartapp.gateway.errors import FhirError
from smartapp.gateway.target import Page
from smartapp.launches.models import Launch
from smartapp.launches.requests import LaunchRequest
from smartapp.ui.errors import is_fragment


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a type that answers with a list. `patient`: it is about the launch's."""

    type_name: str
    name: str
    title: str
    needs: tuple[Need, ...]
    patient: bool = False


OPERATIONS = (
    Operation(
        "DocumentReference",
        "docref",
        "Documents made on demand ($docref)",
        (Need("start", "From", kind="day", required=False), Need("end", "To", kind="day", required=False)),
        patient=True,
    ),
    Operation(
        "Organization",
        "get-cg-for-mrcu",
        "Caregiver organizations of a care unit ($get-cg-for-mrcu)",
        (Need("_id", "Id of the care unit (an organization)", kind="reference"),),
    ),
)
