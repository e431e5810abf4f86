"""Accounts and guests: tokens, keys, revocation."""
