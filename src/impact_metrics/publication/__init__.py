"""Publication: what leaves the organisation, safe to be read by anybody, and what can be checked years later."""
