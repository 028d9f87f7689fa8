"""What no vendor owns. Nothing in here imports a vendor package."""
