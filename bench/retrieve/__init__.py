"""What retrieve adds to what its database takes, and what the approximate search misses."""
