"""Checking of an answer while it is written: its statements, their markers, quotes and citations."""
