"""The cost of typing for the bridge, from the editor's notification to the socket."""
