"""An LSP client without a plugin: a full session with nothing but standard LSP."""
