"""Measurements of Yijia; each module offers `commands`, which the command line collects."""
