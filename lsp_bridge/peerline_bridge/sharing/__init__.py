"""The shared documents of this editor: opened, asked about, kept, shown."""
