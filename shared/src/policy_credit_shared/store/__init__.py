"""What a service remembers: its events, its answers to retried calls, and how far it has read."""
