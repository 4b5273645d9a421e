"""The stores on one SQLite file, for one machine: durable, and shared by threads and processes."""
