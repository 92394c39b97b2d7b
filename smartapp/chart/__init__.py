"""The patient page, and the lists and details of all record types."""
