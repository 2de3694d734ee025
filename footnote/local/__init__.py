"""What runs Footnote on one machine, in place of Knative and its broker."""
