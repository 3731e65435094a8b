"""What `make bench` measures; each figure beside its twin, in one run."""
