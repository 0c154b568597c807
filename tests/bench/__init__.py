"""How fast the whole and its parts are, measured on this machine (``make bench``); figures, not tests."""
