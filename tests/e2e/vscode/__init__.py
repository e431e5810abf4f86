"""Tests in a real VS Code: a package, so that what they share ends with the last of them."""
