"""The closed lists an audit event draws from: what was done, and how it ended."""

from django.db import models


class Action(models.TextChoices):
    LAUNCH_START = "launch.start", "Launch started"
    LAUNCH_SUCCESS = "launch.success", "Launch succeeded"
    LAUNCH_FAILURE = "launch.failure", "Launch failed"
    LAUNCH_END = "launch.end", "Launch ended"
    SIGN_IN = "sign-in", "Signed in"
    SIGN_OUT = "sign-out", "Signed out"
    TIME_OUT = "time-out", "Timed out"
    READ = "read", "Read"
    SEARCH = "search", "Search"
    OPERATION = "operation", "Operation"
    EXPORT = "export", "Export"
    PATIENT_CONFIRMED = "patient.confirmed", "Patient chosen and confirmed"
    REFUSED = "refused", "Access refused"
    FOREIGN_PATIENT = "foreign-patient", "Data of another patient withheld"
    TOKEN_REFRESH = "token.refresh", "Token refreshed"
    TOKEN_REVOKE = "token.revoke", "Token revoked"
    IDENTITY_CHANGED = "identity.changed", "Identity changed"
    ADMIN_CHANGE = "admin.change", "Administrative change"
    AUDIT_READ = "audit.read", "Audit trail read"


class Outcome(models.TextChoices):
    SUCCESS = "success", "Success"
    FAILURE = "failure", "Failure"
    REFUSED = "refused", "Refused"
