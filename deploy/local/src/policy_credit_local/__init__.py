"""Everything on one machine: a real Kafka, a real PostgreSQL, all services, and the demo."""
