"""Reading what people hand in: CSV, XLSX, XLS and ODS into request forms, parsed whole or refused whole."""
