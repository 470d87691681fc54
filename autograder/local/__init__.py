"""What students run on their own machine: the public check, its replays, and the packing of what they hand in."""
