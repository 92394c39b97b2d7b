"""Messages, consents and questionnaires of a chart."""

from datetime import datetime
from typing import Any

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    coding,
    concept,
    extension,
    period,
    present,
    quantity,
    reference,
    standard,
)
from smartapp.sandbox.generator.renditions import html
from smartapp.sandbox.generator.staff import STAFF
from smartapp.sandbox.generator.world import Chart, StoredBinary

_T = systems.TERMINOLOGY


def communication(
    chart: Chart, topic: str, people: tuple[str, str], body: str, **more: Any
) -> Json:
    """Write a message between two members of staff; its body is a Binary."""
    key = f"{chart.next_id()}.0.-4.prsnl"
    at: datetime = more.pop("at", None) or chart.world.ago(days=1)
    state = more.pop("email", "completed")
    chart.world.binaries.append(
        StoredBinary(key, "text/html", html(topic, [body]), f"Communication/{key}")
    )
    status = standard("http://hl7.org/fhir/task-status", state, state.capitalize())
    elements = {
        "extension": [extension("email-status", valueCodeableConcept=status)],
        "status": "completed",
        "category": [standard(_T + "communication-category", "notification", "Notification")],
        "priority": "routine",
        "subject": chart.subject,
        "topic": {"text": topic},
        "encounter": chart.visit,
        "sent": chart.world.stamp(at),
        "received": chart.world.stamp(at),
        "recipient": [STAFF[people[1]].ref],
        "sender": STAFF[people[0]].ref,
        "payload": [{"contentReference": reference(f"Binary/{key}")}],
        **more,
    }
    resource = {"resourceType": "Communication", "id": key, **present(**elements)}
    return chart.world.add(resource, at)


def consent(chart: Chart, kind: str, related: Json, at: datetime, **more: Any) -> Json:
    """Write a grant or denial (`permit` or `deny`) of proxy access to a related person."""
    role = coding(systems.V3 + "ParticipationFunction", "AUCG", "caregiver information receiver")
    given = "Consent given for electronic record sharing (finding)"
    share = standard(systems.SNOMED, "425691002", given)
    refuse = standard(systems.V3 + "ActCode", "OPTOUT", "opt-out")
    actor = reference(f"RelatedPerson/{related['id']}", related["name"][0]["text"])
    elements = {
        "status": "active",
        "scope": standard(_T + "consentscope", "patient-privacy", "Privacy Consent"),
        "category": [standard(systems.LOINC, "59284-0", "Patient Consent")],
        "patient": chart.subject,
        "dateTime": chart.world.stamp(at),
        "policyRule": share if kind == "permit" else refuse,
        "provision": {
            "type": kind,
            "period": period(chart.world.stamp(at)),
            "actor": [{"role": concept("Authorized Representative", role), "reference": actor}],
            "action": [standard(_T + "consentaction", "access", "Access")],
            "purpose": [coding(systems.V3 + "ActReason", "PATRQT", "patient requested")],
        },
        **more,
    }
    number = chart.next_id()
    resource = {"resourceType": "Consent", "id": f"AR-{number}-{chart.patient_id}"}
    return chart.world.add({**resource, **present(**elements)}, at, "95")


def _choice(chart: Chart, text: str) -> Json:
    system = f"https://fhir.cerner.com/{chart.world.tenant}/nomenclature"
    return coding(system, str(960_000 + len(text)), text)


def _questions(chart: Chart) -> list[Json]:
    options = [{"valueCoding": _choice(chart, text)} for text in ("Yes", "No")]
    return [
        {"linkId": "93-1", "text": "Tobacco use per day:", "type": "text", "maxLength": 255},
        {
            "linkId": "93-2",
            "text": "Number of years:",
            "type": "quantity",
            "required": False,
        },
        {
            "linkId": "93-3",
            "text": "Ready to change:",
            "type": "open-choice",
            "required": True,
            "answerOption": options,
        },
        {"linkId": "93-4", "text": "Lives alone:", "type": "boolean"},
        {
            "extension": [extension(systems.HL7 + "maxDecimalPlaces", valueInteger=2)],
            "linkId": "93-5",
            "text": "Drinks per week:",
            "type": "decimal",
        },
    ]


def questionnaire(chart: Chart, **more: Any) -> Json:
    """Write the social history form of this patient."""
    group = {
        "linkId": "93",
        "extension": [extension("note-allowed", valueBoolean=True)],
        "text": "Tobacco and living",
        "type": "group",
        "item": _questions(chart),
    }
    elements = {
        "name": "Social_History",
        "title": "Social History",
        "status": "active",
        "subjectType": ["Patient"],
        "item": [group],
        **more,
    }
    resource = {"resourceType": "Questionnaire", "id": f"SH-{chart.patient_id}"}
    return chart.world.add({**resource, **present(**elements)}, chart.world.ago(days=400), "1")


def answers(chart: Chart, values: dict[str, Json], at: datetime, **more: Any) -> Json:
    """Write the answered form; values by linkId, a question without one stays unanswered."""
    texts = {one["linkId"]: one["text"] for one in _questions(chart)}
    items = [
        present(linkId=key, text=text, answer=[values[key]] if key in values else None)
        for key, text in texts.items()
    ]
    url = f"{chart.world.base}/Questionnaire/SH-{chart.patient_id}"
    elements = {
        "questionnaire": url,
        "status": "completed",
        "subject": chart.subject,
        "authored": chart.world.stamp(at),
        "author": STAFF["farrow"].ref,
        "item": [{"linkId": "93", "text": "Tobacco and living", "item": items}],
        **more,
    }
    resource = {"resourceType": "QuestionnaireResponse", "id": f"SH-{chart.patient_id}"}
    return chart.world.add({**resource, **present(**elements)}, at, "3")


def years(count: int) -> Json:
    """A quantity answer in years."""
    return {"valueQuantity": quantity(count, "years", "a")}
