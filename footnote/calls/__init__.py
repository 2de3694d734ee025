"""Calls over HTTP: to the other functions, to models and to databases."""
