"""All SQL of adjudication: folds of the two logs into tables, and the looks that decisions and people take."""
