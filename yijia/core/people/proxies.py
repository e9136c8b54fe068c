"""What a resident may let somebody else do."""

MATTERS = ("order", "sign", "bill", "confirm", "record")
"""Ask for care, sign papers, see and pay bills, confirm a visit, read care records; in the order they are shown."""
