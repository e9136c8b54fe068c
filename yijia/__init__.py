"""Yijia 颐家: one open platform for home-based medical care and integrated medical-and-elder care."""

__version__ = "0.1.0"
