"""An EHR in miniature, in its own process: FHIR server, SMART authorization server, screens."""
