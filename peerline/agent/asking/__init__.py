"""People of a session are asked for an agent whose own program asks for a permission."""
