"""The safe-to-go gate: no visit is sent before each rule is green."""
