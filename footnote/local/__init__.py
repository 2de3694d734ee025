"""Footnote on one machine: what takes the place of Knative and its broker."""
