"""Alembic's entry point: runs the steps on the connection it is handed by `mobile_passport.persistence.schema`."""

from alembic import context

from mobile_passport.persistence.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
