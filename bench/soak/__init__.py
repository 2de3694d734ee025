"""A day in the life: questions, uploads and deletions at once, and processes that are killed."""
