"""The stored form of domain objects: dictionaries of JSON values, the same in every store."""
