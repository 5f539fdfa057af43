"""The Linear of the sandbox: a small GraphQL schema with Linear's names, executed over a store in memory."""
