"""稽核: replay the four logs and compare every conclusion with what the services concluded (``claims audit``)."""
