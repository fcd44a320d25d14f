"""The archive: every record of the fact topics in an Apache Iceberg table, once, for ever."""
