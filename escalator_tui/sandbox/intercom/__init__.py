"""The Intercom of the sandbox: a REST API over a workspace in memory."""
