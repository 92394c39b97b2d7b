"""Practitioners, organizations, places, schedules and slots: what belongs to no patient."""

from datetime import datetime, timedelta
from typing import Any

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    coding,
    concept,
    extension,
    period,
    present,
    reference,
)
from smartapp.sandbox.generator.people import address, phone
from smartapp.sandbox.generator.staff import (
    CAREGIVER,
    CLINIC,
    HOSPITAL,
    INSURER,
    MEDICARE,
    STAFF,
    UNITS,
    Staff,
)
from smartapp.sandbox.generator.world import World

_PHYSICAL = systems.TERMINOLOGY + "location-physical-type"
_CARE_UNITS = 675_820
_NAMES = {"si": "Site", "bu": "Building", "wa": "Ward", "ro": "Room", "bd": "Bed"}


def _practitioner(world: World, staff: Staff) -> None:
    npi = concept("NPI", coding(systems.V2 + "0203", "NPI", "National provider identifier"))
    degree = chart_degree(world, staff.credential) if staff.credential else None
    elements = {
        "extension": [extension("is-physician", valueBoolean=staff.physician)],
        "identifier": [
            {"use": "usual", "type": npi, "system": systems.NPI, "value": f"199{staff.id}"}
        ]
        if staff.credential
        else None,
        "active": staff.active,
        "name": [
            {
                "use": "usual",
                "text": staff.name,
                "family": staff.family,
                "given": staff.given.split(" "),
                "suffix": [staff.credential] if staff.credential else [],
            }
        ],
        "telecom": [phone(f"816555{staff.id[-4:]}", "work")] if staff.credential else None,
        "gender": staff.gender,
        "qualification": [degree] if degree else None,
    }
    resource = {"resourceType": "Practitioner", "id": staff.id, **present(**elements)}
    resource["name"][0] = present(**resource["name"][0])
    world.add(resource, world.ago(days=300), "20")


def chart_degree(world: World, credential: str) -> Json:
    """A qualification."""
    standard = coding(systems.V2 + "0360", credential, credential)
    return {"code": world.term(29600, credential, standard)}


def _organization(world: World, key: str, name: str, kind: str, **more: Any) -> None:
    code = {"Payer": ("pay", "Payer"), "Laboratory": ("dept", "Hospital Department")}.get(
        kind, ("prov", "Healthcare Provider")
    )
    standard = coding(systems.TERMINOLOGY + "organization-type", *code)
    elements = {
        "identifier": [{"use": "official", "system": "urn:ietf:rfc:3986", "value": _oid(key)}],
        "active": True,
        "type": [world.term(278, kind, standard)],
        "name": name,
        "telecom": [{"system": "phone", "value": f"816555{key[-4:]}", "use": "work"}],
        "address": [address(f"{key[-3:]} Hospital Drive", "Kansas City", "64117", "work")],
        **more,
    }
    resource = {"resourceType": "Organization", "id": key, **present(**elements)}
    world.add(resource, world.ago(days=900), "29")


def _oid(key: str) -> str:
    return f"urn:oid:2.16.840.1.113883.3.99.{key}"


def _organizations(world: World) -> None:
    rows = (
        ("675801", "Northside General Hospital", "Hospital"),
        ("675802", "Northside Family Clinic", "Facility"),
        ("675803", "Northside Outpatient Pharmacy", "Pharmacy"),
        ("675804", "Northside Reference Laboratory", "Laboratory"),
        ("675805", "Prairie Mutual Health", "Payer"),
        ("675806", "Medicare", "Payer"),
        ("675807", "Northside Caregiver Organization", "Chart Access"),
    )
    for key, name, kind in rows:
        parent = HOSPITAL if key == "675804" else None
        _organization(world, key, name, kind, partOf=parent)
    for number, unit in enumerate(UNITS):
        # A care unit leads to its caregiver organization, the top of the chain.
        key = str(_CARE_UNITS + number)
        _organization(world, key, unit.title, "Nursing Unit", partOf=CAREGIVER)
    _organization(world, "675808", "Old Mill Clinic (closed)", "Facility", active=False)


def _location(world: World, key: str, name: str, kind: str, **more: Any) -> Json:
    standard = coding(_PHYSICAL, kind, _NAMES[kind])
    elements = {
        "status": "active",
        "name": name,
        "mode": "instance",
        "physicalType": world.term(222, _NAMES[kind], standard),
        "managingOrganization": HOSPITAL,
        **more,
    }
    resource = {"resourceType": "Location", "id": key, **present(**elements)}
    world.add(resource, world.ago(days=1200), "6")
    return reference(f"Location/{key}", name)


def _beds(world: World, building: Json) -> None:
    beds = systems.V2 + "0116"
    for number, unit in enumerate(UNITS):
        care_unit = reference(f"Organization/{_CARE_UNITS + number}", unit.title)
        described = {"description": unit.title, "managingOrganization": care_unit}
        ward = _location(world, unit.id, unit.name, "wa", partOf=building, **described)
        rooms: dict[str, Json] = {}
        for room, bed, key in unit.beds:
            if room not in rooms:
                name = f"{unit.name} {room}"
                rooms[room] = _location(world, f"{unit.id}{room}", name, "ro", partOf=ward)
            state = coding(beds, "O", "Occupied")
            name = f"{unit.name} {room} {bed}"
            _location(world, key, name, "bd", operationalStatus=state, partOf=rooms[room])


def _locations(world: World) -> None:
    where = address("801 Hospital Drive", "Kansas City", "64117", "work")
    site = _location(world, "22100000", "Northside Campus", "si", address=where)
    building = _location(world, "22100001", "Main Tower", "bu", address=where, partOf=site)
    _beds(world, building)
    outpatient = {"managingOrganization": CLINIC, "partOf": site}
    _location(world, "22100950", "Northside Family Clinic", "bu", **outpatient)
    _location(world, "22100960", "Emergency Department", "wa", partOf=building)
    _location(world, "22100970", "Cardiology Clinic", "wa", **outpatient)
    _location(world, "22100980", "3 North (closed)", "wa", status="inactive", partOf=building)
    _location(world, "22100990", "Endoscopy", "wa", status="suspended", partOf=building)


_SERVICES = (
    ("21265001", "Follow Up", "22100950", "lund"),
    ("21265002", "New Patient", "22100970", "adeyemi"),
)


def _slot(world: World, schedule: Json, service: tuple[str, str, str, str], at: datetime) -> None:
    kind, title, place, _ = service
    minute = int(at.timestamp()) // 60 % 100_000
    state = "free" if at.hour != 16 else "busy"
    resource = {
        "resourceType": "Slot",
        "id": f"{kind}-{place}-{61_500_000 + (at - world.today).days * 100 + at.hour}-{at.minute}",
        "extension": [
            extension("scheduling-location", valueReference=reference(f"Location/{place}"))
        ],
        "serviceType": [world.term(14249, title)],
        "schedule": schedule,
        "status": state,
        "start": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "end": (at + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    world.add(resource, world.ago(days=2), f"410v{minute}")


def _schedules(world: World) -> None:
    for service in _SERVICES:
        kind, title, place, who = service
        key = f"{kind}-{place}-62852027-0"
        horizon = period(world.date(world.today), world.date(world.ago(days=-30)))
        resource = {
            "resourceType": "Schedule",
            "id": key,
            "active": True,
            "serviceType": [world.term(14249, title)],
            "actor": [STAFF[who].ref, reference(f"Location/{place}")],
            "planningHorizon": horizon,
        }
        world.add(resource, world.ago(days=40), "34229204v992283")
        for day in range(1, 15):
            for half in range(28, 36):
                at = world.ago(days=-day) + timedelta(minutes=30 * half)
                _slot(world, reference(f"Schedule/{key}"), service, at)


def _plan(world: World, key: str, name: str, owner: Json, **more: Any) -> None:
    standard = coding(systems.TERMINOLOGY + "insurance-plan-type", "medical", "Medical")
    elements = {
        "status": "active",
        "type": [world.term(27137, "Medical Service Plan", standard)],
        "name": name,
        "period": period("2015-01-01T00:00:00.000Z"),
        "ownedBy": owner,
        **more,
    }
    resource = {"resourceType": "InsurancePlan", "id": key, **present(**elements)}
    world.add(resource, world.ago(days=700))


def tell(world: World) -> None:
    """Write everything that belongs to no patient."""
    for staff in STAFF.values():
        _practitioner(world, staff)
    _organizations(world)
    _locations(world)
    _schedules(world)
    _plan(world, "589723", "Prairie Mutual PPO Gold", INSURER)
    _plan(world, "589724", "Medicare Part A and B", MEDICARE)
    ended = period("2009-01-01T00:00:00.000Z", "2018-12-31T23:59:59.000Z")
    _plan(world, "589725", "Prairie Mutual HMO", INSURER, status="retired", period=ended)
