"""Summarize Arabic articles and translate them to English, on your own machine."""

__version__ = "0.1.0"
