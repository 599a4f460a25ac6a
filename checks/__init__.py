"""Judgements: the suite of closed forms, decisions, reports, the command line."""
