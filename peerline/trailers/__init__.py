"""The people and agents who wrote what a commit adds, for `Co-authored-by` lines."""
