"""Lexical matching: the terms of sentences, and how well passages match a question or a statement."""
