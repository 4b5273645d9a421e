"""The domain's promises, held over fakes."""
