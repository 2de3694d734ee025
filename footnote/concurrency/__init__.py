"""Work that several wait for, or that goes on at once."""
