"""All SQL of payment: what events mean for its tables, and what is looked up and kept."""
