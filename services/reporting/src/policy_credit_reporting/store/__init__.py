"""The read model: figures, what they reflect, and what could not take effect."""
