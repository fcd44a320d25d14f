"""What the oversight service says publicly."""
