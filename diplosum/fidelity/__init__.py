"""The rooms behind :mod:`diplosum.checks`: each compares one thing of a source sentence and its output."""
