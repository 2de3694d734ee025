"""The commands of `footnote`: each module has the name of its command."""
