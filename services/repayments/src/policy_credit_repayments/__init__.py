"""The repayments service: what is owed, collected, overdue and saved."""
