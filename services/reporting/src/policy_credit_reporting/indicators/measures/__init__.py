"""The measures, by what they are about; each file lists its own in MEASURES."""
