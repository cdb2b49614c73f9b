"""The pages, each answering one question: get, choose, compute, show."""
