"""Soak test: questions, uploads and deletions at once, while processes are killed."""
