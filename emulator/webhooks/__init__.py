"""Webhooks: what a vendor sends on its own. Vendor-neutral; events and signatures are in the vendor packages."""
