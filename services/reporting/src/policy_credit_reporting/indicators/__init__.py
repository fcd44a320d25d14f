"""The heart of the product: which figures exist, and which events move them by how much."""
