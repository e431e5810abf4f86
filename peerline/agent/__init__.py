"""An AI agent on its own machine: what its program reports, cleaned, and what comes back to it."""
