"""A thousand users at once: Footnote beside the services that a LangChain user would run."""
