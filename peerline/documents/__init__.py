"""Shared documents: Yjs updates, read and checked before a CRDT sees them. Pure."""
