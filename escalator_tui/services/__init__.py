"""The outside world: Scalekit, and through it Intercom, Linear and Slack."""
