"""The rules of payment, pure: what goes into a batch, who approves it, what a return file means, what is paid again."""
