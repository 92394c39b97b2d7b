"""Entries of the family billing: accounts, charges, coverage, plans."""

from smartapp.fhir import status
from smartapp.fhir.cells import billing
from smartapp.fhir.entry import Column, Family, ResourceType

ENTRIES = (
    ResourceType(
        name="Account",
        title="Accounts",
        family=Family.BILLING,
        date_param="period",
        columns=(
            Column("Type", "type|name"),
            Column("Status", show=status.shown),
            Column("Balance", show=billing.balance),
            Column("Description", "description"),
            Column("Guarantor", "guarantor.party"),
            Column("Service period", "servicePeriod"),
            Column("Coverage", "coverage.coverage"),
            Column("Part of", "partOf"),
            Column("Identifiers", "identifier"),
        ),
        filters=("status", "type"),
        watch=("status", "servicePeriod"),
    ),
    ResourceType(
        name="ChargeItem",
        title="Charges",
        family=Family.BILLING,
        date_param="occurrence",
        columns=(
            Column("Item", "code"),
            Column("Date", "occurrence[x]"),
            Column("Quantity", "quantity"),
            Column("Price", show=billing.price),
            Column("Status", show=status.shown),
            Column("Account", "account"),
            Column("Performer", "performer.actor"),
            Column("Encounter", "context"),
            Column("Modifiers and revenue code", show=billing.modifiers),
        ),
        filters=("code",),
        watch=("status", "quantity", "priceOverride"),
    ),
    ResourceType(
        name="Coverage",
        title="Coverage",
        family=Family.BILLING,
        columns=(
            Column("Payor", "payor"),
            Column("Plan or group", show=billing.plan),
            Column("Member id", "subscriberId|identifier"),
            Column("Relationship", "relationship"),
            Column("Period", "period"),
            Column("Status", show=status.shown),
            Column("Order", "order"),
        ),
        filters=("status", "type"),
        watch=("status", "period", "payor", "class"),
    ),
    ResourceType(
        name="InsurancePlan",
        title="Insurance plans",
        family=Family.BILLING,
        search=("owned-by",),
        columns=(
            Column("Name", "name"),
            Column("Type", "type"),
            Column("Owner", "ownedBy"),
            Column("Period", "period"),
            Column("Status", show=status.shown),
        ),
        filters=("status", "type"),
        watch=("status", "period"),
    ),
)
