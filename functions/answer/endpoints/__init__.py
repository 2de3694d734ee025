"""The ways in: our own API, OpenAI's, and events."""
