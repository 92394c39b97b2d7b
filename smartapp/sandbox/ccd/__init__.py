"""A Continuity of Care Document (C-CDA R2.1), written from what the store holds."""
