"""Retrieval: passages for a question, their cache, and whether they can hold the answer."""
