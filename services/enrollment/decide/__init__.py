"""The rules of enrollment, pure: each looks at requests and records, and gives one verdict for every request."""
