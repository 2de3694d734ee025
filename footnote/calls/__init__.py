"""Calls of the other functions, of models and of databases, over HTTP."""
