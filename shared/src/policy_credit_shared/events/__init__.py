"""The published language: what services tell the world, one Struct per event type."""
