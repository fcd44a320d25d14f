"""What every API has in common: problems, tokens and permissions, commands, health."""
