"""Projects, run folders, manifests and keys."""
