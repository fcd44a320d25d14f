"""What the repayments service says publicly."""
