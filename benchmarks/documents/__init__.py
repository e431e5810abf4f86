"""Shared documents beside other servers of Yjs documents that do the same work."""
