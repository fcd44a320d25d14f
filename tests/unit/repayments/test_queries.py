"""What an office's people are told of a session and of savings, and what others are not."""
