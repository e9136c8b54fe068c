"""What an institution offers, at which filed price, where and when."""
