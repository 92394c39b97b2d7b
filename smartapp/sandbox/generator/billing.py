"""Coverage, accounts and charges of a chart."""

from datetime import datetime
from typing import Any

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    coding,
    concept,
    extension,
    money,
    period,
    present,
    quantity,
    reference,
)
from smartapp.sandbox.generator.staff import HOSPITAL
from smartapp.sandbox.generator.world import Chart


def coverage(chart: Chart, payor: Json, plan: tuple[str, str], **more: Any) -> Json:
    """Write a coverage under a plan (number, name), active since five years unless told."""
    number = chart.next_id()
    relation = coding(systems.TERMINOLOGY + "subscriber-relationship", "self", "Self", False)
    kind = coding(systems.TERMINOLOGY + "coverage-class", "plan")
    since = chart.world.stamp(chart.world.ago(days=1825))
    elements = {
        "status": "active",
        "subscriber": chart.subject,
        "subscriberId": f"XQ{number}",
        "beneficiary": chart.subject,
        "relationship": concept("Self", relation),
        "period": period(since),
        "payor": [payor],
        "class_": [{"type": {"coding": [kind]}, "value": plan[0], "name": plan[1]}],
        "order": 1,
        **more,
    }
    resource = {"resourceType": "Coverage", "id": f"{chart.patient_id}-{number}-{number}"}
    return chart.world.add({**resource, **present(**elements)}, chart.world.ago(days=90), "0$0")


def account(chart: Chart, kind: str, at: datetime, **more: Any) -> Json:
    """Write an account of a kind: financial-account, guarantor-balance or statement."""
    prefix = {"financial-account": "F", "guarantor-balance": "G", "statement": "S"}[kind]
    number = chart.next_id()
    receivable = coding(systems.V3 + "ActCode", "ACCTRECEIVABLE", "account receivable")
    name = "statement-number" if kind == "statement" else "account-number"
    elements = {
        "identifier": [
            {
                "use": "usual",
                "system": f"https://fhir.cerner.com/{chart.world.tenant}/{name}",
                "value": number,
            }
        ],
        "status": "active",
        "type": concept(kind, receivable),
        "subject": None if kind == "guarantor-balance" else [chart.subject],
        "servicePeriod": period(chart.world.stamp(at)),
        "owner": HOSPITAL,
        **more,
    }
    resource = {"resourceType": "Account", "id": f"{prefix}{number}", **present(**elements)}
    return chart.world.add(resource, at)


def balance(chart: Chart, amount: str) -> list[Json]:
    """The extensions of a guarantor's balance: amount, visit and state."""
    state = chart.world.term(24451, "Ready to bill")
    visit = reference(f"Encounter/{chart.encounter}")
    return [
        extension("account-balance", valueMoney=money(amount)),
        extension("associated-encounter", valueReference=visit),
        extension("account-state", valueCodeableConcept=state),
    ]


def charge(chart: Chart, text: str, amounts: tuple[str, str], at: datetime, **more: Any) -> Json:
    """Write a charge; amounts are (quantity, unit price)."""
    count, price = amounts
    elements = {
        "extension": [
            extension("unit-price", valueMoney=money(price)),
            extension("net-price", valueMoney=money(price)),
            extension("description", valueString=text),
        ],
        "status": "billable",
        "code": chart.world.term(13016, text),
        "subject": chart.subject,
        "context": chart.visit,
        "occurrenceDateTime": chart.world.stamp(at),
        "performer": [{"actor": chart.author}] if chart.author else None,
        "performingOrganization": HOSPITAL,
        "quantity": quantity(count, "each", "{each}"),
        "enteredDate": chart.world.stamp(at),
        **more,
    }
    resource = {"resourceType": "ChargeItem", "id": chart.next_id(), **present(**elements)}
    return chart.world.add(resource, at, "1")
