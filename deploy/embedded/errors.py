"""What can go wrong while PostgreSQL and Kafka are made ready, in one sentence for whoever started them."""


class EmbeddedError(Exception):
    """The embedded stack cannot run; the message is one clear sentence with what to do."""
