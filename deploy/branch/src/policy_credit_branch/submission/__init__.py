"""What was kept goes to the services, and their answers come back."""
