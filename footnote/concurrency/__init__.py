"""Helpers for concurrent work: batching, coalescing, single flight and bounded concurrency."""
