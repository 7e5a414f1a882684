"""The only SQL: tables, engine, the private cluster and one module for each aggregate."""
