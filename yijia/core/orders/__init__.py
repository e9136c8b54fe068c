"""The home-nursing order: its states and moves."""
