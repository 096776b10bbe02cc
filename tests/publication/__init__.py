"""What leaves the organisation: digests, manifests, saved reports, and their verification."""
