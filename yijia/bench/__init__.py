"""What the platform costs in time and memory, measured."""
