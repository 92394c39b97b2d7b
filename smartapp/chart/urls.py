"""Addresses of a chart, under `launches/<uuid:launch_id>/`."""

from django.urls import path, register_converter

from smartapp.chart import records, special, views
from smartapp.chart.converters import EntryConverter, FamilyConverter

register_converter(EntryConverter, "entry")
register_converter(FamilyConverter, "family")

urlpatterns = [
    path("", views.chart, name="chart"),
    path("lines/allergies/", views.allergies, name="allergy-line"),
    path("lines/encounter/", views.encounter, name="encounter-line"),
    path("cards/<family:family>/", views.card, name="card"),
    path("cards/<family:family>/<entry:entry>/", views.card_type, name="card-type"),
    path("records/", records.index, name="records"),
    path("records/<entry:entry>/", records.record_list, name="record-list"),
    path("records/<entry:entry>/from/references/", special.known, name="known-ids"),
    path("records/<entry:entry>/operations/<slug:name>/", special.operation, name="operation"),
    path("records/<entry:entry>/<str:resource_id>/", records.record_detail, name="record-detail"),
    path(
        "records/<entry:entry>/<str:resource_id>/provenance/",
        special.provenance,
        name="record-provenance",
    ),
]
