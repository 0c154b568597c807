"""The policy of the books, pure: what an event books, what a voucher may say, what a statement shows."""
