"""The commands of ``segue``; each module loads the engine only when its command runs."""
