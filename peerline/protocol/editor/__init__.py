"""The contract between the bridge and an editor plugin, by domain."""
