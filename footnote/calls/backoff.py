"""How long to wait before whoever could not be reached is tried again.

Where policies are enforced, a pod that has just begun reaches nobody: its address comes to the
firewalls of the nodes a moment later. A function that wakes from zero asks others in that moment.
"""

CONNECT_BACKOFF = (0.1, 0.2, 0.4, 0.8, 0.8)
"""Seconds at most before each further try; nothing was sent yet, so any request may be tried."""
