"""The oversight service: inspections, loan-use checks, group ratings and targets."""
