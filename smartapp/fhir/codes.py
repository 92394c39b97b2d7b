"""URIs of the code systems, extensions and profiles that the app reads by name."""

HL7 = "http://terminology.hl7.org/CodeSystem/"
STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
CERNER = "https://fhir-ehr.cerner.com/r4/StructureDefinition/"

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NDC = "http://hl7.org/fhir/sid/ndc"
CVX = "http://hl7.org/fhir/sid/cvx"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD9CM = "http://hl7.org/fhir/sid/icd-9-cm"
CPT = "http://www.ama-assn.org/go/cpt"
UCUM = "http://unitsofmeasure.org"
NPI = "http://hl7.org/fhir/sid/us-npi"
SSN = "http://hl7.org/fhir/sid/us-ssn"

IDENTIFIER_TYPE = HL7 + "v2-0203"
ACT_CODE = HL7 + "v3-ActCode"
CONFIDENTIALITY = HL7 + "v3-Confidentiality"
OBSERVATION_VALUE = HL7 + "v3-ObservationValue"
PARTICIPATION = HL7 + "v3-ParticipationType"
INTERPRETATION = HL7 + "v3-ObservationInterpretation"
NULL_FLAVOR = HL7 + "v3-NullFlavor"
ABSENT_CODES = HL7 + "data-absent-reason"

DATA_ABSENT = STRUCTURE + "data-absent-reason"
RENDERED_VALUE = STRUCTURE + "rendered-value"

_WORDED = """
allergyintolerance-clinical allergyintolerance-verification condition-clinical condition-ver-status
condition-category observation-category medicationrequest-category medication-statement-category
goal-achievement goal-category medicationrequest-intent account-type coverage-class
"""
WORDED_SYSTEMS = frozenset(
    [HL7 + name for name in _WORDED.split()]
    + ["http://hl7.org/fhir/resource-types", "http://hl7.org/fhir/administrative-gender"]
)

SYSTEM_NAMES = {
    LOINC: "LOINC",
    SNOMED: "SNOMED CT",
    RXNORM: "RxNorm",
    NDC: "NDC",
    CVX: "CVX",
    ICD10CM: "ICD-10-CM",
    ICD9CM: "ICD-9-CM",
    CPT: "CPT",
    UCUM: "UCUM",
    NPI: "NPI",
    SSN: "SSN",
    NULL_FLAVOR: "Null flavour",
    ABSENT_CODES: "Data absent reason",
}


def system_name(uri: str) -> str:
    """A short name for a code system; its URI where none is known."""
    return SYSTEM_NAMES.get(uri, uri)
