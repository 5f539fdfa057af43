"""What was seen, decided and done."""
