"""Files of the user's folder that are offered to the session. A file that is private never is."""
