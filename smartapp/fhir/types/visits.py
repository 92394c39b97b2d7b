"""Entries of the family visits: encounters, scheduling and places."""

from smartapp.fhir import encounters, status
from smartapp.fhir.cells import visits
from smartapp.fhir.entry import Column, Family, ResourceType

ENTRIES = (
    ResourceType(
        name="Encounter",
        title="Encounters",
        family=Family.VISITS,
        date_param="date",
        columns=(
            Column("Start – end", show=visits.stay),
            Column("Class and type", show=encounters.class_and_type),
            Column("Unit and bed", show=encounters.place),
            Column("Status", show=status.shown),
            Column("Reason", "reasonCode|reasonReference"),
            Column("Attending", show=visits.attending_names),
            Column("Service", "serviceType"),
            Column("Visit number", show=visits.number),
            Column("Disposition", "hospitalization.dischargeDisposition"),
        ),
        filters=("status", "class", "type"),
        watch=("status", "class", "location", "period", "hospitalization"),
    ),
    ResourceType(
        name="Appointment",
        title="Appointments",
        family=Family.VISITS,
        date_param="date",
        columns=(
            Column("Start – end", show=visits.slot_time),
            Column("Type", "appointmentType|serviceType|description"),
            Column("With", show=visits.people_and_things),
            Column("Location", show=visits.places),
            Column("Status", show=status.shown),
            Column("Patient response", show=visits.patient_response),
            Column("Reason", "reasonCode|reasonReference"),
            Column("Instructions", "patientInstruction|comment"),
        ),
        filters=("status", "service-type"),
        watch=("status", "start", "end", "participant"),
    ),
    ResourceType(
        name="Schedule",
        title="Schedules",
        family=Family.VISITS,
        search=("actor",),
        date_param="date",
        columns=(
            Column("Actor", "actor"),
            Column("Service", "serviceType|serviceCategory"),
            Column("Status", show=status.shown),
            Column("Horizon", "planningHorizon"),
        ),
        filters=("active",),
        watch=("active", "planningHorizon"),
    ),
    ResourceType(
        name="Slot",
        title="Free slots",
        family=Family.VISITS,
        search=("service-type", "start"),
        date_param="start",
        columns=(
            Column("Start – end", show=visits.slot_time),
            Column("Service", "serviceType|serviceCategory"),
            Column("Location", show=visits.slot_place),
            Column("Status", show=status.shown),
            Column("Appointment type", "appointmentType"),
            Column("Schedule", "schedule"),
        ),
        filters=("status",),
        watch=("status", "start", "end"),
    ),
    ResourceType(
        name="Location",
        title="Locations",
        family=Family.VISITS,
        search=("name",),
        columns=(
            Column("Name", "name"),
            Column("Type", "type|physicalType"),
            Column("Status", show=status.shown),
            Column("Bed state", "operationalStatus"),
            Column("Address", "address"),
            Column("Part of", "partOf"),
            Column("Managed by", "managingOrganization"),
        ),
        filters=("status", "type"),
        watch=("status", "operationalStatus", "name"),
    ),
)
