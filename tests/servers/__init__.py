"""Real servers of other programs, started for a test run and ended with it."""
