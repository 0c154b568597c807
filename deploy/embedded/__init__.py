"""Real PostgreSQL 18 and real Apache Kafka for the demo, a laptop, and tests without Docker.

with stack(Path(".state")) as running:
    running.admin_dsn, running.kafka
"""

from deploy.embedded.errors import EmbeddedError
from deploy.embedded.stack import Stack, discard, stack

__all__ = ["EmbeddedError", "Stack", "discard", "stack"]
