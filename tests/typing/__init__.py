"""Files that type checkers read; they are never run."""
