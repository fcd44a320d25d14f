"""What keeps lending honest: commands, private events, and the rules between them."""
