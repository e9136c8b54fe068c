"""The dispatcher's board: who can go, who cannot and why; the seam of the engine."""
