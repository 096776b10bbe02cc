"""A simulated organisation: its operations, court cases, care, training and prevention. Nobody in it is real."""
