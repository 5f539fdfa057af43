"""Scalekit, Intercom, Linear and Slack on loopback: real servers the unmodified clients talk to.

For the demo, for the tests, and for trying a setting before it meets customers.
"""

from escalator_tui.sandbox.process import SandboxError, SandboxProcess

__all__ = ["SandboxError", "SandboxProcess"]
