"""One contract a port, passed by its fake and by every adapter."""
