"""Account, ChargeItem, Coverage, InsurancePlan."""

from smartapp.sandbox.fhir.checks import (
    at_least_one,
    exactly_one,
    needs,
    only_value,
    when,
)
from smartapp.sandbox.fhir.definition import (
    Param,
    TypeDef,
    ids,
    page_count,
    patient_param,
    reference,
    token,
)
from smartapp.sandbox.fhir.special import account_kind

ACCOUNT = TypeDef(
    name="Account",
    params=(
        ids(),
        patient_param("subject"),
        reference("-encounter", "extension:associated-encounter.valueReference"),
        reference("-guarantor", "guarantor.party"),
        token("type", matches=account_kind, many=False),
        token("identifier", "identifier", many=False),
        page_count(),
    ),
    checks=(
        exactly_one("_id", "-encounter", "patient", "-guarantor"),
        needs("patient", "identifier", "type"),
        needs("-encounter", "type"),
        needs("-guarantor", "type"),
        only_value("type", "guarantor-balance", "statement", "financial-account"),
        when("type", "guarantor-balance", "-encounter"),
        when("type", "statement", "patient"),
        when("type", "financial-account", "-guarantor"),
    ),
    patient=("subject",),
    page=10,
    total=True,
)

CHARGE_ITEM = TypeDef(
    name="ChargeItem",
    params=(
        ids(many=False),
        reference("context", "context"),
        reference("account", "account"),
        Param(name="-status", kind="fixed"),
        page_count(),
    ),
    checks=(
        exactly_one("_id", "context", "account"),
        needs("context", "-status"),
        needs("account", "-status"),
        only_value("-status", "billable"),
    ),
    patient=("subject",),
    page=50,
    total=True,
)

COVERAGE = TypeDef(
    name="Coverage",
    does="rscpd",
    params=(
        ids(),
        patient_param("beneficiary"),
        reference("-encounter", "extension:coverage-encounter.valueReference"),
    ),
    checks=(at_least_one("_id", "patient", "-encounter"),),
    patient=("beneficiary",),
    total=True,
    revinclude=True,
)

INSURANCE_PLAN = TypeDef(
    name="InsurancePlan",
    params=(ids(), reference("owned-by", "ownedBy")),
    checks=(exactly_one("_id", "owned-by"),),
    total=True,
)

TYPES = (ACCOUNT, CHARGE_ITEM, COVERAGE, INSURANCE_PLAN)
