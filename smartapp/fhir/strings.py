"""Which of R4's string elements are codes, URIs, markdown, base64 or XHTML."""

_CODES = """
*.status *.intent *.priority *.gender *.criticality *.docStatus *.lifecycleStatus Address.use
Address.type ContactPoint.system ContactPoint.use HumanName.use Identifier.use
AllergyIntolerance.category AllergyIntolerance.type AllergyIntoleranceReaction.severity
AppointmentParticipant.required CarePlanActivityDetail.kind ConsentProvision.type
ConsentProvisionData.meaning DataRequirement.type DataRequirementSort.direction
DeviceDeviceName.type DeviceUdiCarrier.entryType DocumentReferenceRelatesTo.code
ElementDefinition.representation ElementDefinitionBinding.strength
ElementDefinitionConstraint.severity ElementDefinitionSlicing.rules
ElementDefinitionSlicingDiscriminator.type ElementDefinitionType.aggregation
ElementDefinitionType.versioning Location.mode LocationHoursOfOperation.daysOfWeek
OperationDefinition.kind OperationDefinitionParameter.use OperationDefinitionParameter.searchType
OperationDefinitionParameterBinding.strength ParameterDefinition.use PatientLink.type
PersonLink.assurance ProvenanceEntity.role QuestionnaireItem.type QuestionnaireItem.enableBehavior
QuestionnaireItemEnableWhen.operator RelatedArtifact.type StructureDefinition.derivation
StructureDefinition.kind StructureDefinitionContext.type TimingRepeat.dayOfWeek
TimingRepeat.durationUnit TimingRepeat.periodUnit TimingRepeat.when TriggerDefinition.type
"""
_TOKENS = """
*.language Coding.code Quantity.comparator Quantity.code Age.comparator Age.code Count.comparator
Count.code Distance.comparator Distance.code Duration.comparator Duration.code Money.currency
OperationDefinition.code OperationDefinition.resource OperationDefinitionParameter.type
OperationDefinitionParameter.name ParameterDefinition.name ParameterDefinition.type
Signature.sigFormat Signature.targetFormat Attachment.contentType Binary.contentType
StructureDefinition.fhirVersion Questionnaire.subjectType
"""
_URIS = """
*.implicitRules *.system *.instantiates *.instantiatesCanonical *.instantiatesUri *.url
ChargeItem.definitionCanonical ChargeItem.definitionUri ConsentPolicy.authority ConsentPolicy.uri
DataRequirement.profile DataRequirementCodeFilter.valueSet DeviceUdiCarrier.issuer
DeviceUdiCarrier.jurisdiction ElementDefinition.contentReference ElementDefinitionBinding.valueSet
ElementDefinitionConstraint.source ElementDefinitionType.code ElementDefinitionType.profile
ElementDefinitionType.targetProfile Expression.reference FHIRReference.type
ImmunizationEducation.reference Meta.profile Meta.source OperationDefinition.base
OperationDefinition.inputProfile OperationDefinition.outputProfile
OperationDefinitionParameter.targetProfile OperationDefinitionParameterBinding.valueSet
ParameterDefinition.profile Provenance.policy Questionnaire.derivedFrom
QuestionnaireItem.answerValueSet QuestionnaireItem.definition QuestionnaireResponse.questionnaire
QuestionnaireResponseItem.definition Reference.type RelatedArtifact.resource
StructureDefinition.baseDefinition StructureDefinition.type StructureDefinitionMapping.uri
"""
_MARKDOWN = """
Annotation.text ElementDefinition.comment ElementDefinition.definition
ElementDefinition.meaningWhenMissing ElementDefinition.requirements OperationDefinition.comment
OperationDefinition.description OperationDefinition.purpose Questionnaire.copyright
Questionnaire.description Questionnaire.purpose RelatedArtifact.citation
StructureDefinition.copyright StructureDefinition.description StructureDefinition.purpose
"""
_BASE64 = "Attachment.data Attachment.hash Binary.data DeviceUdiCarrier.carrierAIDC Signature.data"
_KINDS = {
    name: kind
    for kind, names in (
        ("code", _CODES),
        ("token", _TOKENS),
        ("uri", _URIS),
        ("markdown", _MARKDOWN),
        ("base64Binary", _BASE64),
        ("xhtml", "Narrative.div"),
    )
    for name in names.split()
}
_SUFFIXES = ("Base64Binary", "Canonical", "Code", "Id", "Markdown", "Oid", "Uri", "Url", "Uuid")


def string_kind(parent: str, name: str, choice: str | None) -> str:
    """The R4 primitive type of a string element of `parent`; `string` unless known otherwise.

    `token` is a code that means nothing in words and is shown as sent.
    """
    if choice:
        suffix = name[len(choice) :]
        kind = suffix[0].lower() + suffix[1:] if suffix in _SUFFIXES else "string"
        return "uri" if kind in {"canonical", "url", "oid", "uuid"} else kind
    full = f"{parent}.{name}"
    return _KINDS.get(full) or _KINDS.get(f"*.{name}") or "string"
