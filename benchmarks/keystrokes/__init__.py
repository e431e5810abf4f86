"""What typing costs the bridge, from the editor's notification to the socket."""
