"""Published figures: a period is closed at a level, and its figures are pinned and signed."""
