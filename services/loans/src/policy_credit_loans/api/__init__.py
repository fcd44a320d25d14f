"""The loans service over HTTP."""
