"""The AWS adapters, beyond what the contracts say."""
