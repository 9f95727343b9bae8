"""Runs the revisions on the connection it was given, in the transaction that stands there already."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
