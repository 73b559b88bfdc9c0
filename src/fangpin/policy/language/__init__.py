"""One small typed expression language: text → syntax → typed nodes → value or sentence."""
