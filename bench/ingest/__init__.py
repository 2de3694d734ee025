"""Throughput and memory of ingest, and the cost of a second pass over an unchanged bucket."""
