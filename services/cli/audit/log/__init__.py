"""What an auditor reads: the rows of four logs, whether each follows the one before, and the rules they publish."""
