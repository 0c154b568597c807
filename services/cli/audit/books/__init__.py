"""The books again: the journal from the events, each figure, gate and seal from the journal."""
