"""Codat: attachments of the accounting API, Sync for Payables and Sync for Expenses, and what they hang on."""
