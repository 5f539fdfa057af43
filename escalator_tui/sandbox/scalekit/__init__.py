"""The Scalekit of the sandbox: tokens, connected accounts, magic links and tools, over HTTP and gRPC."""
