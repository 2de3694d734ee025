"""How well Footnote finds and answers, on a question set whose answers are known."""
