"""The SQL engine: one compiler from rules to SQL. It never imports the reference engine, nor that one it."""
