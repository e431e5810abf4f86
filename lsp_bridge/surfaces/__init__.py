"""What an editor can show, behind one protocol."""
