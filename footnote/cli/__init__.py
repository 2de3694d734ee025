"""The command line `footnote`: runs the functions on one machine, and talks to them anywhere."""
