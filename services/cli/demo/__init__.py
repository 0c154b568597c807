"""The main job, played by a synthetic county from enrolment to audit (``claims demo``)."""

from services.cli.demo.command import app

__all__ = ["app"]
