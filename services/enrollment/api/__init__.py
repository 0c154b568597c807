"""What a front end may ask of enrollment over HTTP."""
