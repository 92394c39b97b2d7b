"""Connections: one tenant's EHR each, with its issuer, client, keys and limits."""
