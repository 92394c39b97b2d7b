"""CarePlan, CareTeam, Goal, ServiceRequest, NutritionOrder, Device."""

from smartapp.sandbox.fhir.checks import (
    at_least_one,
    id_alone,
    needs,
    not_both,
    only_value,
    with_system,
)
from smartapp.sandbox.fhir.definition import (
    Param,
    TypeDef,
    date,
    ids,
    page_count,
    patient_param,
    reference,
    token,
    updated,
)
from smartapp.sandbox.fhir.dialects import CLOSED, ORDER_UPDATED, WINDOW
from smartapp.sandbox.fhir.special import has_code, is_not_active
from smartapp.sandbox.fhir.wire import Resource

_LEVELS = {"longitudinal": "LA28865-6", "encounter": "LA27976-2"}


def _of_level(resource: Resource, wanted: str) -> bool:
    code = wanted.rpartition("|")[2]
    return has_code(resource, "category", _LEVELS.get(code, code))


CARE_PLAN = TypeDef(
    name="CarePlan",
    params=(
        ids(),
        patient_param("subject"),
        # The live server knows this one category and demands it: it names, it does not narrow.
        Param(name="category", kind="fixed"),
        date("date", CLOSED, "period"),
        page_count(),
    ),
    checks=(
        at_least_one("_id", "patient", paged=True),
        needs("patient", "category"),
        only_value("category", "assess-plan"),
        id_alone(),
    ),
    patient=("subject",),
    page=50,
    revinclude=True,
)

CARE_TEAM = TypeDef(
    name="CareTeam",
    params=(
        ids(many=False),
        patient_param("subject"),
        reference("encounter", "encounter"),
        token("status", "status"),
        token("category", matches=_of_level),
    ),
    checks=(
        at_least_one("_id", "patient", "encounter"),
        not_both("patient", "encounter"),
        needs("status", "patient"),
        needs("category", "patient"),
        only_value("category", *_LEVELS, *_LEVELS.values()),
        id_alone(),
    ),
    patient=("subject",),
    revinclude=True,
    hidden=is_not_active,
)

GOAL = TypeDef(
    name="Goal",
    params=(
        ids(many=False),
        patient_param("subject"),
        date("target-date", WINDOW, "target.dueDate"),
    ),
    checks=(at_least_one("_id", "patient"), id_alone()),
    patient=("subject",),
    revinclude=True,
    required=("lifecycleStatus",),
)

SERVICE_REQUEST = TypeDef(
    name="ServiceRequest",
    params=(
        ids(),
        patient_param("subject"),
        patient_param("subject", name="subject"),
        token("code", "code"),
        updated(ORDER_UPDATED),
        page_count(),
    ),
    checks=(
        at_least_one("_id", "patient", "subject", paged=True),
        not_both("patient", "subject"),
        with_system("code"),
        id_alone(),
    ),
    patient=("subject",),
    page=50,
    revinclude=True,
    required=("status", "intent"),
)

NUTRITION_ORDER = TypeDef(
    name="NutritionOrder",
    params=(
        ids(),
        patient_param("patient"),
        token("status", "status"),
        updated(ORDER_UPDATED),
        page_count(),
    ),
    checks=(at_least_one("_id", "patient", paged=True), id_alone()),
    patient=("patient",),
    page=50,
    revinclude=True,
)

DEVICE = TypeDef(
    name="Device",
    params=(ids(), patient_param("patient")),
    checks=(at_least_one("_id", "patient"), id_alone()),
    patient=("patient",),
    total=True,
    revinclude=True,
)

TYPES = (CARE_PLAN, CARE_TEAM, GOAL, SERVICE_REQUEST, NUTRITION_ORDER, DEVICE)
