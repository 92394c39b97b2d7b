"""The language of FHIR R4: plain Python, no Django, no input or output."""
