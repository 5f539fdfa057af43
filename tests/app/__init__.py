"""The terminal app, driven by a Pilot at a scripted desk."""
