"""`escalator webhook`: Intercom says that a conversation changed, and it is read at once instead of at the next poll."""
