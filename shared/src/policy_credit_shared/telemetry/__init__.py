"""What a process says about itself: its log lines."""
