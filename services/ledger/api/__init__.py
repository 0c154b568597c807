"""The ledger's counter: what people and programs ask of the books over HTTP."""
