"""The oversight service: inspections, loan-use checks, ratings, targets, Boards and reports."""
