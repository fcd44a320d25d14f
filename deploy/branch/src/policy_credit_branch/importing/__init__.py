"""An office's existing books: template, check, and transfer."""
