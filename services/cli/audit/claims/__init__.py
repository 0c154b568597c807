"""Every claim again: decisions, what was taken back and given back, what supervision found, agreements."""
