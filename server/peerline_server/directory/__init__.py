"""Says where each session is and who is there, to those who are not in it."""
