"""The ground floor: what a conversation, an assessment, a decision and a delivery are. Frozen data, no I/O."""
