"""Engines, reached by name through :mod:`diplosum.engine`; importing this package imports none of them."""
