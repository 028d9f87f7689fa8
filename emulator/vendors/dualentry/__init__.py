"""DualEntry: the records of its public API, version 2, and the files that can only be added to them."""
