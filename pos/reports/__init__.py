"""What the books say: reads everything, writes nothing."""
