"""What the shop stands on and what knows nothing of shops: money, time, storage, the web."""
