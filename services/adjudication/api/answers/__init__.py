"""What adjudication answers, in JSON (应答): amounts in fen, shares in basis points, people by their numbers."""
