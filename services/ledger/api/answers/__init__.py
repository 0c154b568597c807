"""What the ledger answers, in JSON (应答): amounts in fen, rates in basis points; debit is positive where signed."""
