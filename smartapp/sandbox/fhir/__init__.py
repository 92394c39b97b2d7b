"""The sandbox's FHIR R4 server: the live server's types, parameters, refusals and habits."""
