"""One module per page: frozen dataclasses with exactly what its template prints. No SQL, no HTML."""
