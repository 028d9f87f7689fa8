"""Hostile and mixed load on real servers, and what has to hold under it. `python -m bench.soak` runs it."""
