"""The backoff between attempts to connect, for callers that may import nothing heavy.

With network policies enforced, a new pod reaches nobody for a moment: the nodes' firewalls learn its
address late. A function that scales up from zero calls others in that moment.
"""

CONNECT_BACKOFF = (0.1, 0.2, 0.4, 0.8, 0.8)
"""Longest wait in seconds before each further attempt. Any request may retry: nothing was sent yet."""
