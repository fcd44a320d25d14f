"""The words and rules that hold everywhere: money, identifiers, units and their trees, clock."""
