"""Writing Coverage."""

from smartapp.sandbox.fhir.rules.rule import PatchOp, WriteRule, code_of, known

_ANY = ("add", "replace", "remove")

COVERAGE = WriteRule(
    name="Coverage",
    elements="status type subscriber subscriberId beneficiary dependent relationship period payor "
    "class network extension identifier policyHolder order",
    create="status beneficiary payor class",
    checks=(
        code_of("status", "active"),
        known("beneficiary", "Patient"),
        known("payor", "Organization", "Patient", "RelatedPerson"),
    ),
    patches=(
        PatchOp("/period", _ANY),
        PatchOp("/dependent", _ANY),
        PatchOp("/class/0/value"),
        PatchOp("/class/1/value"),
        PatchOp("/class/1/name"),
        PatchOp("/relationship", _ANY),
        PatchOp("/subscriberId", _ANY),
        PatchOp("/subscriber", _ANY),
    ),
)

RULES = (COVERAGE,)
