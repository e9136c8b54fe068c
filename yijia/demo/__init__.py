"""The synthetic county and its simulated day; nobody and nothing in it exists."""
