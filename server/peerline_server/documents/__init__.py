"""Shared documents on the server: what is taken of an update, and what is kept. Pure."""
