"""The HTTP endpoints: Footnote's own API, OpenAI's, and CloudEvents."""
