"""The prover: what it decides, what it shows, and who checks it."""
