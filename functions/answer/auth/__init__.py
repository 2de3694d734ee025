"""Who calls: API keys and OpenID Connect tokens."""
