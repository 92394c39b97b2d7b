"""smartapp: a SMART on FHIR web app for clinicians."""
