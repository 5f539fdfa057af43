"""The Slack of the sandbox: channels and messages in memory, with Slack's limits and refusals."""
