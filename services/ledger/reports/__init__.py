"""What is printed or handed over: statements and vouchers as XLSX and PDF, with Chinese type."""
