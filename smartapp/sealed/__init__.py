"""Encryption at rest: text columns that open only in the row and column they were written for."""
