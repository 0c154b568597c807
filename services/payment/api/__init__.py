"""What front ends, makers and checkers may ask of payment over HTTP."""
