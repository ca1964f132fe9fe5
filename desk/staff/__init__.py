"""What staff do with tickets: take, answer, move, put together, look up, hand over."""
