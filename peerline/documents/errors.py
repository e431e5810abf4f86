"""Errors of shared documents."""


class UpdateError(ValueError):
    """An update that is not taken; the text says why, without any content."""
