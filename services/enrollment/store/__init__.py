"""All SQL of enrollment: what its events mean for its tables, and what is looked up and kept."""
