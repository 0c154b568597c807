"""Bank statements (银行对账单): whatever the bank sends becomes one neutral statement, or is refused."""
