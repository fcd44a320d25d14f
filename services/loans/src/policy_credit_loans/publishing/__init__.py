"""What the loans service says publicly."""
