"""Reading what people hand in: CSV and XLSX into request forms, parsed whole or refused whole."""
