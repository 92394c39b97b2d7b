"""The database's own refusal to change or remove audit events, on SQLite and on PostgreSQL."""

TABLE = "audit_auditevent"
REFUSAL = "audit events are append-only"

# INSERT OR REPLACE removes the old row without firing a DELETE trigger.
REPLACE = (
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit_auditevent "
    "WHEN EXISTS (SELECT 1 FROM audit_auditevent WHERE sequence = NEW.sequence) "
    "BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"
)
CREATE = {
    "sqlite": (
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        REPLACE,
    ),
    "postgresql": (
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    ),
}
DROP = {
    "sqlite": (
        "DROP TRIGGER audit_no_update",
        "DROP TRIGGER audit_no_delete",
        "DROP TRIGGER audit_no_replace",
    ),
    "postgresql": (
        f"DROP TRIGGER audit_no_change ON {TABLE}",
        "DROP FUNCTION audit_append_only()",
    ),
}
