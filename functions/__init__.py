"""One file a Lambda function: parse, call one use case, answer."""
