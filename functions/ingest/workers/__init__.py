"""Worker processes that parse and chunk, each limited in processor time and memory."""
