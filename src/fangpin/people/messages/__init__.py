"""What people are told: inside the product by a line, outward by a count (docs/messages.md)."""
