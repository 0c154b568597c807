"""The main job, played by a synthetic county from enrolment to audit (``claims demo``)."""
