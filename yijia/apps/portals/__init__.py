"""Home and navigation per role, sign-in hats, elder mode."""
