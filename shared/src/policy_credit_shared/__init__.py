"""What every policy-credit service shares; it knows none of them."""
