"""The work: watch, triage, deliver, and the cycle that joins them. Every front end drives this and nothing else."""
