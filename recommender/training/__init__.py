"""Learn from listening: gather the log, fit, judge against what serves, publish what wins, and swap it in."""
