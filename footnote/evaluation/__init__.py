"""Evaluation of retrieval and answers on a question set whose answers are known."""
