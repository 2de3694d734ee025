"""`python -m footnote` is the command `footnote`."""

from footnote.cli.main import main

main(prog_name="footnote")
