"""Pages: from a question to candidates, from candidates to a page, and what came of it."""
