"""The repayments service over HTTP."""
