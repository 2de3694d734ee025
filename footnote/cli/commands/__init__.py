"""The commands of `footnote`, one a module."""
