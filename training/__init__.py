"""Trains the embedded draft translator, Arabic to English. ``python -m training --help``; README.md says how."""
