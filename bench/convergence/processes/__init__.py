"""The same with real processes: an S3 server that notifies, several of ingest, Elasticsearch."""
