"""A bank that knows nothing of the agency: it sees sealed files in its mailbox, and keeps its own books."""
