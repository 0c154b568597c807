"""The ledger: turns what happened into the fund's books, closes every day, and proves it."""
