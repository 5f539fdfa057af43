"""Escalator: catch Intercom conversations that are about to escalate, decide, and deliver each exactly once."""

__version__ = "0.1.0"
