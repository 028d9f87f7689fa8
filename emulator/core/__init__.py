"""The vendor-independent core. No module in it imports a vendor package."""
