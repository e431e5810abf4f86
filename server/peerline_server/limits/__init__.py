"""Limits on users and addresses."""
