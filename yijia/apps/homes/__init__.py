"""The care home portal (B5): who lives where, medicines given, outside staff at the door, rounds a partner owes."""
