"""What an institution offers and what it may charge: states and moves."""
