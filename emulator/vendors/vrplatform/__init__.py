"""VRPlatform: files that are staged and then attached to expenses, and the transactions around them."""
