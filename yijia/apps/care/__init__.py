"""Orders from request to closed, first assessment, home risk, hospital hand-over."""
