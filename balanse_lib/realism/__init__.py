"""Can the reported forecast be believed? The prudence rule on one trust."""
