"""All SQL of the ledger, one page per thing that it keeps."""
