"""A read model rebuilt from history beside the one that serves, compared with it, and swapped."""
