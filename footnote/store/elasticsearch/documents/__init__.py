"""Documents in Elasticsearch: their manifests, their chunks, and the versions that have some."""
