"""What an answer's footnotes are worth: which passage bears out which statement, and where."""
