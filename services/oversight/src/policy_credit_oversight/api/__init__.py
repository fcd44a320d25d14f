"""The oversight service over HTTP."""
