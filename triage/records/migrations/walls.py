"""The walls between clinics on PostgreSQL: a clinic's rows are shown and taken only where the transaction named it."""

from alembic import op

SHOWN = "current_setting('triage.clinic', true) = '*' OR clinic_id::text = current_setting('triage.clinic', true)"


def guard(*tables: str) -> None:
    """Build the walls around tables; '*' names every clinic. SQLite has none: it serves one clinic."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # The owner of the tables is usually the one who connects.
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_clinic ON {table} USING ({SHOWN}) WITH CHECK ({SHOWN})")
