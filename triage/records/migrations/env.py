"""Alembic calls this: the migrations run on the connection, and in the transaction, that migrate.py opened."""

from alembic import context
from sqlalchemy import text

from triage.records import Row

UPGRADE_LOCK = 7_461_299  # any number, as long as every process takes the same one

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
context.configure(connection=connection, target_metadata=Row.metadata, transactional_ddl=True)
context.run_migrations()
