"""One module per source: fetch yields what the wire says, parse is pure, the store saves."""
