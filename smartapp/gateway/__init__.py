"""The wire to an EHR's FHIR API: one way out, with limits, guards, retries and a short cache."""
