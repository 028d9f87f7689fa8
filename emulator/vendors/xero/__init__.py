"""Xero: the accounting API's attachments, the documents they hang on, and enough identity for the SDKs."""
