"""From facts on Kafka to figures in the ledger."""
