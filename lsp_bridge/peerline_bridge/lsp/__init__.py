"""The language server: JSON-RPC over stdio and the LSP features."""
