"""OperationDefinition and StructureDefinition: read by id, without a token."""

from smartapp.sandbox.fhir.definition import TypeDef

TYPES = (
    TypeDef(name="OperationDefinition", does="r"),
    TypeDef(name="StructureDefinition", does="r"),
)
