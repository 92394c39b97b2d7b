"""Search parameters that base R4 defines for each type, for servers that do not list theirs."""

from types import MappingProxyType

COMMON = frozenset(
    ("_id", "_lastUpdated", "_count", "_sort", "_include", "_revinclude", "_summary", "_elements")
)

_NAMES = {
    "Account": "identifier name owner patient period status subject type",
    "AllergyIntolerance": "asserter category clinical-status code criticality date identifier "
    "last-date manifestation onset patient recorder route severity type verification-status",
    "Appointment": "actor appointment-type based-on date identifier location part-status patient "
    "practitioner reason-code reason-reference service-category service-type slot specialty "
    "status supporting-info",
    "Binary": "",
    "CarePlan": "activity-code activity-date activity-reference based-on care-team category "
    "condition date encounter goal identifier instantiates-canonical instantiates-uri intent "
    "part-of patient performer replaces status subject",
    "CareTeam": "category date encounter identifier participant patient status subject",
    "ChargeItem": "account code context entered-date enterer factor-override identifier "
    "occurrence patient performer-actor performer-function performing-organization "
    "price-override quantity requesting-organization service subject",
    "Communication": "based-on category encounter identifier instantiates-canonical "
    "instantiates-uri medium part-of patient received recipient sender sent status subject",
    "Condition": "abatement-age abatement-date abatement-string asserter body-site category "
    "clinical-status code encounter evidence evidence-detail identifier onset-age onset-date "
    "onset-info patient recorded-date severity stage subject verification-status",
    "Consent": "action actor category consentor data date identifier organization patient period "
    "purpose scope security-label source-reference status",
    "Coverage": "beneficiary class-type class-value dependent identifier patient payor "
    "policy-holder status subscriber type",
    "Device": "device-name identifier location manufacturer model organization patient status "
    "type udi-carrier udi-di url",
    "DiagnosticReport": "based-on category code conclusion date encounter identifier issued media "
    "patient performer result results-interpreter specimen status subject",
    "DocumentReference": "authenticator author category contenttype custodian date description "
    "encounter event facility format identifier language location patient period related "
    "relatesto relation relationship security-label setting status subject type",
    "Encounter": "account appointment based-on class date diagnosis episode-of-care identifier "
    "length location location-period part-of participant participant-type patient practitioner "
    "reason-code reason-reference service-provider special-arrangement status subject type",
    "FamilyMemberHistory": "code date identifier instantiates-canonical instantiates-uri patient "
    "relationship sex status",
    "Goal": "achievement-status category identifier lifecycle-status patient start-date subject "
    "target-date",
    "Immunization": "date identifier location lot-number manufacturer patient performer reaction "
    "reaction-date reason-code reason-reference series status status-reason target-disease "
    "vaccine-code",
    "InsurancePlan": "address address-city address-country address-postalcode address-state "
    "address-use administered-by endpoint identifier name owned-by phonetic status type",
    "Location": "address address-city address-country address-postalcode address-state "
    "address-use endpoint identifier name near operational-status organization partof status type",
    "Media": "based-on created device encounter identifier modality operator patient site status "
    "subject type view",
    "MedicationAdministration": "code context device effective-time identifier medication patient "
    "performer reason-given reason-not-given request status subject",
    "MedicationDispense": "code context destination identifier medication patient performer "
    "prescription receiver responsibleparty status subject type whenhandedover whenprepared",
    "MedicationRequest": "authoredon category code date encounter identifier intended-dispenser "
    "intended-performer intended-performertype intent medication patient priority requester "
    "status subject",
    "NutritionOrder": "additive datetime encounter formula identifier instantiates-canonical "
    "instantiates-uri oraldiet patient provider status supplement",
    "Observation": "based-on category code code-value-concept code-value-date code-value-quantity "
    "code-value-string combo-code combo-code-value-concept combo-code-value-quantity "
    "combo-data-absent-reason combo-value-concept combo-value-quantity component-code "
    "component-code-value-concept component-code-value-quantity component-data-absent-reason "
    "component-value-concept component-value-quantity data-absent-reason date derived-from "
    "device encounter focus has-member identifier method part-of patient performer specimen "
    "status subject value-concept value-date value-quantity value-string",
    "OperationDefinition": "base code context context-quantity context-type context-type-quantity "
    "context-type-value date description input-profile instance jurisdiction kind name "
    "output-profile publisher status system title type url version",
    "Organization": "active address address-city address-country address-postalcode address-state "
    "address-use endpoint identifier name partof phonetic type",
    "Patient": "active address address-city address-country address-postalcode address-state "
    "address-use birthdate death-date deceased email family gender general-practitioner given "
    "identifier language link name organization phone phonetic telecom",
    "Person": "address address-city address-country address-postalcode address-state address-use "
    "birthdate email gender identifier link name organization patient phone phonetic "
    "practitioner relatedperson telecom",
    "Practitioner": "active address address-city address-country address-postalcode address-state "
    "address-use communication email family gender given identifier name phone phonetic telecom",
    "Procedure": "based-on category code date encounter identifier instantiates-canonical "
    "instantiates-uri location part-of patient performer reason-code reason-reference status "
    "subject",
    "Provenance": "agent agent-role agent-type entity location patient recorded signature-type "
    "target when",
    "Questionnaire": "code context context-quantity context-type context-type-quantity "
    "context-type-value date definition description effective identifier jurisdiction name "
    "publisher status subject-type title url version",
    "QuestionnaireResponse": "author authored based-on encounter identifier part-of patient "
    "questionnaire source status subject",
    "RelatedPerson": "active address address-city address-country address-postalcode "
    "address-state address-use birthdate email gender identifier name patient phone phonetic "
    "relationship telecom",
    "Schedule": "active actor date identifier service-category service-type specialty",
    "ServiceRequest": "authored based-on body-site category code encounter identifier "
    "instantiates-canonical instantiates-uri intent occurrence patient performer performer-type "
    "priority replaces requester requisition specimen status subject",
    "Slot": "appointment-type identifier schedule service-category service-type specialty start "
    "status",
    "Specimen": "accession bodysite collected collector container container-id identifier parent "
    "patient status subject type",
    "StructureDefinition": "abstract base base-path context context-quantity context-type "
    "context-type-quantity context-type-value date derivation description experimental "
    "ext-context identifier jurisdiction keyword kind name path publisher status title type url "
    "valueset version",
}

NAMES = MappingProxyType({name: frozenset(names.split()) for name, names in _NAMES.items()})

_DATES = {
    "Account": {"period": "servicePeriod"},
    "AllergyIntolerance": {"date": "recordedDate", "onset": "onset[x]"},
    "Appointment": {"date": "start"},
    "CarePlan": {"date": "period"},
    "CareTeam": {"date": "period"},
    "ChargeItem": {"occurrence": "occurrence[x]", "entered-date": "enteredDate"},
    "Communication": {"sent": "sent", "received": "received"},
    "Condition": {"recorded-date": "recordedDate", "onset-date": "onset[x]"},
    "Consent": {"date": "dateTime", "period": "provision.period"},
    "DiagnosticReport": {"date": "effective[x]", "issued": "issued"},
    "DocumentReference": {"date": "date", "period": "context.period"},
    "Encounter": {"date": "period"},
    "FamilyMemberHistory": {"date": "date"},
    "Goal": {"start-date": "start[x]", "target-date": "target.due[x]"},
    "Immunization": {"date": "occurrence[x]"},
    "Media": {"created": "created[x]"},
    "MedicationAdministration": {"effective-time": "effective[x]"},
    "MedicationDispense": {"whenhandedover": "whenHandedOver", "whenprepared": "whenPrepared"},
    "MedicationRequest": {"authoredon": "authoredOn"},
    "NutritionOrder": {"datetime": "dateTime"},
    "Observation": {"date": "effective[x]"},
    "OperationDefinition": {"date": "date"},
    "Procedure": {"date": "performed[x]"},
    "Provenance": {"recorded": "recorded"},
    "Questionnaire": {"date": "date"},
    "QuestionnaireResponse": {"authored": "authored"},
    "Schedule": {"date": "planningHorizon"},
    "ServiceRequest": {"authored": "authoredOn", "occurrence": "occurrence[x]"},
    "Slot": {"start": "start"},
    "Specimen": {"collected": "collection.collected[x]"},
    "StructureDefinition": {"date": "date"},
}


def parameters_of(type_name: str) -> frozenset[str]:
    """The parameters of its own that base R4 defines for a type; none for a type we do not know."""
    return NAMES.get(type_name, frozenset())


def is_defined(type_name: str, parameter: str) -> bool:
    """Whether base R4 defines a search parameter for a type; a modifier after `:` is ignored."""
    name = parameter.partition(":")[0]
    return name in COMMON or name in NAMES.get(type_name, frozenset())


def date_path(type_name: str, parameter: str | None) -> str | None:
    """The element path that a date parameter searches."""
    return _DATES.get(type_name, {}).get(parameter or "")
