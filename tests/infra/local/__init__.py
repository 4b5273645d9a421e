"""Tests of the local host: real servers, real queues and tiny handlers."""
