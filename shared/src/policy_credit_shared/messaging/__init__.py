"""Between a service's store and Kafka: the relay outwards, admission inwards."""
