"""Systems that are not ours: one module a kind, with the protocol we need and the classes that speak it."""
