"""How fast documents get into the index, in how much memory, and what it costs to look again."""
