"""The page for browsers in a real Chromium: how long it takes, and what it costs."""
