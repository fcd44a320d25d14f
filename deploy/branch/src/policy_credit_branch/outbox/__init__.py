"""What a teller saved, durable and encrypted, until it is answered."""
